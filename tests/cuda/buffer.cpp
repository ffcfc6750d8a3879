// Memory of a GPU, for the tests that the emulator runs too.
#include "tests/simt/buffer.h"

#include <cuda_runtime.h>

#include <stdexcept>
#include <utility>

namespace nightjar::testing {
namespace {

void check(cudaError_t error) {
  if (error != cudaSuccess) throw std::runtime_error(cudaGetErrorString(error));
}

}  // namespace

Buffer::Buffer(std::size_t bytes, int fill)
    : memory_(bytes, static_cast<std::byte>(fill)), host_(memory_.data()), device_(nullptr), bytes_(bytes) {
  void* device = nullptr;
  check(cudaMalloc(&device, bytes + 1));
  device_ = static_cast<std::byte*>(device);
  upload();
}

Buffer::Buffer(Buffer&& other) noexcept
    : memory_(std::move(other.memory_)),
      host_(other.host_),
      device_(std::exchange(other.device_, nullptr)),
      bytes_(other.bytes_) {}

Buffer::~Buffer() {
  cudaFree(device_);
}

void Buffer::upload() const {
  check(cudaMemcpy(device_, host_, bytes_, cudaMemcpyHostToDevice));
}

void Buffer::download() const {
  check(cudaDeviceSynchronize());
  check(cudaMemcpy(host_, device_, bytes_, cudaMemcpyDeviceToHost));
}

std::optional<cuda::Device> test_device() {
  cudaDeviceProp properties;
  int count = 0;
  if (cudaGetDeviceCount(&count) != cudaSuccess || count == 0) return std::nullopt;
  check(cudaGetDeviceProperties(&properties, 0));
  return cuda::Device{10 * properties.major + properties.minor, properties.multiProcessorCount};
}

}  // namespace nightjar::testing
