// Memory on the device with an equal piece on the host, pinned: what goes over the bus.
#pragma once

#include "engine/cuda/runtime.h"

namespace nightjar::cuda {

class Staging {
 public:
  // At least `bytes` of both, kept for the next time; where it grows, what was in it is lost. Nothing
  // enqueued may still use it then. Errors: too_large, device; it is empty after one.
  Result<void> reserve(std::int64_t bytes, const Gpu& gpu);

  bool holds(std::int64_t bytes) const { return bytes <= bytes_; }

  std::byte* host() const { return host_.get(); }
  std::byte* device() const { return device_.get(); }

  // Enqueue copies of bytes [first, first + bytes).
  Status upload(std::int64_t first, std::int64_t bytes, Stream stream) const;
  Status download(std::int64_t first, std::int64_t bytes, Stream stream) const;

 private:
  PinnedMemory host_;
  DeviceMemory device_;
  std::int64_t bytes_ = 0;
};

// The next place at which any type may start.
inline std::int64_t aligned_size(std::int64_t bytes) {
  return (bytes + 255) / 256 * 256;
}

}  // namespace nightjar::cuda
