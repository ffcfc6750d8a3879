#include "engine/cuda/staging.h"

#include "engine/cuda/errors.h"

namespace nightjar::cuda {

Result<void> Staging::reserve(std::int64_t bytes, const Gpu& gpu) {
  if (holds(bytes)) return {};
  bytes_ = 0;
  host_.reset(), device_.reset();
  if (auto done = check(allocate(bytes, host_), gpu, "making room for copies"); !done) return done;
  if (auto done = check(allocate(bytes, device_), gpu, "making room for copies"); !done) return done;
  bytes_ = bytes;
  return {};
}

Status Staging::upload(std::int64_t first, std::int64_t bytes, Stream stream) const {
  return copy_to_device(device() + first, host() + first, bytes, stream);
}

Status Staging::download(std::int64_t first, std::int64_t bytes, Stream stream) const {
  return copy_to_host(host() + first, device() + first, bytes, stream);
}

}  // namespace nightjar::cuda
