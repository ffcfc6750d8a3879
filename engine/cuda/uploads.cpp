#include "engine/cuda/uploads.h"

#include <cstring>
#include <utility>

#include "engine/cuda/errors.h"

namespace nightjar::cuda {

std::unique_ptr<StagedPicture> Uploads::begin(const Image& picture) {
  if (picture.pixels.empty() || use_device(gpu_.index) != 0) return nullptr;
  auto slot = free_slot();
  if (!slot || !copy(picture, *slot)) return nullptr;
  return std::make_unique<UploadedPicture>(*this, std::move(*slot));
}

Result<UploadSlot> Uploads::free_slot() {
  const std::lock_guard lock(mutex_);
  if (!stream_) {
    if (auto done = check(make_stream(stream_), gpu_, "opening a stream"); !done) return done.error();
  }
  if (free_.empty()) {
    UploadSlot made;
    if (auto done = check(make_event(made.arrived), gpu_, "opening a stream"); !done) return done.error();
    return made;
  }
  UploadSlot slot = std::move(free_.back());
  free_.pop_back();
  return slot;
}

// Many threads do so at once. Only one copies to the device at a time, and its mark must follow its copy.
Result<void> Uploads::copy(const Image& picture, UploadSlot& slot) {
  constexpr auto doing = "copying a picture";
  const auto bytes = static_cast<std::int64_t>(picture.pixels.size());
  if (!slot.pixels.holds(bytes)) {
    // A picture that nobody wanted in the end may still be on its way into what is given up.
    if (auto done = check(wait(stream_.get()), gpu_, doing); !done) return done;
    if (auto done = slot.pixels.reserve(bytes, gpu_); !done) return done;
  }
  std::memcpy(slot.pixels.host(), picture.pixels.data(), picture.pixels.size());
  const std::lock_guard lock(mutex_);
  Status status = slot.pixels.upload(0, bytes, stream_.get());
  if (status == 0) status = mark(slot.arrived, stream_.get());
  return check(status, gpu_, doing);
}

void Uploads::give_back(UploadSlot slot) {
  const std::lock_guard lock(mutex_);
  free_.push_back(std::move(slot));
}

}  // namespace nightjar::cuda
