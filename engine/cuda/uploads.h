// Pictures that go to the device ahead of their turn: whoever has decoded one puts it into pinned memory,
// from where it crosses the bus on a stream of its own, while networks run.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "engine/backend.h"
#include "engine/cuda/staging.h"

namespace nightjar::cuda {

// Memory for a picture, and the mark behind its copy.
struct UploadSlot {
  Staging pixels;
  OwnedEvent arrived;
};

// Any thread may use it. It must outlive its pictures.
class Uploads {
 public:
  explicit Uploads(const Gpu& gpu) : gpu_(gpu) {}

  // Null where the device has no room or does not answer.
  std::unique_ptr<StagedPicture> begin(const Image& picture);

 private:
  friend class UploadedPicture;
  Result<UploadSlot> free_slot();
  Result<void> copy(const Image& picture, UploadSlot& slot);
  void give_back(UploadSlot slot);

  const Gpu& gpu_;
  std::mutex mutex_;  // of all that follows
  std::vector<UploadSlot> free_;
  OwnedStream stream_;  // ends before the memory that it copies from goes
};

// A picture on its way. What reads it on the device must have ended before it goes: its memory is the next
// one's.
class UploadedPicture : public StagedPicture {
 public:
  UploadedPicture(Uploads& owner, UploadSlot slot) : owner_(owner), slot_(std::move(slot)) {}
  ~UploadedPicture() override { owner_.give_back(std::move(slot_)); }

  // Where its pixels are, for what `stream` is given from now on.
  Status wait_on(Stream stream) const { return wait_for(slot_.arrived, stream); }
  const std::byte* pixels() const { return slot_.pixels.device(); }

 private:
  Uploads& owner_;
  UploadSlot slot_;
};

}  // namespace nightjar::cuda
