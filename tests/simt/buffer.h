// Memory of the device that a test runs kernels on: the emulator (memory.cpp), or a GPU
// (tests/cuda/buffer.cpp).
#pragma once

#include <cstddef>
#include <cstdio>
#include <optional>
#include <vector>

#include "kernels/cuda/kernel.h"

namespace nightjar::testing {

// Bytes on the host and on the device; in the emulator both are the same.
class Buffer {
 public:
  explicit Buffer(std::size_t bytes, int fill = 0xff);  // on both; 0xff: NaN in every type
  ~Buffer();
  Buffer(Buffer&& other) noexcept;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  void* host() const { return host_; }
  void* data() const { return device_; }  // 256-byte aligned
  std::size_t bytes() const { return bytes_; }
  void upload() const;
  void download() const;  // after all launches have ended; throws std::runtime_error if one failed

 private:
  std::vector<std::byte> memory_;
  std::byte *host_, *device_;
  std::size_t bytes_;
};

// The device, if there is one.
std::optional<cuda::Device> test_device();
// Whether there is; where not, ctest counts the test as skipped.
inline bool has_device() {
  if (test_device()) return true;
  std::puts("SKIPPED: needs a CUDA device");
  return false;
}

}  // namespace nightjar::testing
