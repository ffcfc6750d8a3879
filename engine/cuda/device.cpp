#include "engine/cuda/device.h"

#include "engine/cuda/errors.h"

namespace nightjar::cuda {
namespace {

constexpr int oldest_sm = 75;

// "9.0"
std::string capability(int sm) {
  return std::to_string(sm / 10) + "." + std::to_string(sm % 10);
}

Error unusable(int index, const std::string& why) {
  return {Failure::device, "cuda:" + std::to_string(index) + ": " + why + ", or use the cpu"};
}

}  // namespace

Result<Gpu> open_gpu(int index) {
  int count = 0;
  if (const Status status = device_count(count)) {
    return unusable(index, message_of(status) + "; install a GPU and a current driver of NVIDIA's");
  }
  if (index >= count) {
    return unusable(index, "there " + std::string(count == 1 ? "is" : "are") + " " + std::to_string(count) +
                               " device" + (count == 1 ? "" : "s") + "; use cuda:0" +
                               (count > 1 ? " to cuda:" + std::to_string(count - 1) : ""));
  }
  Gpu gpu{index, "?", {}, 0, 0};
  if (auto done = check(describe_device(index, gpu), gpu, "asking for its properties"); !done)
    return done.error();
  if (gpu.device.sm < oldest_sm) {
    return unusable(index, gpu.name + " has compute capability " + capability(gpu.device.sm) +
                               "; this nightjar has code for " + capability(oldest_sm) +
                               " and newer: use another device");
  }
  if (auto done = check(use_device(index), gpu, "choosing the device"); !done) return done.error();
  return gpu;
}

}  // namespace nightjar::cuda
