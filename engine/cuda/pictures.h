// Pictures -> the network's input: pixels go over the bus as they are, 8 bits a value, now or ahead of their
// turn (uploads.h), and are fitted on the device.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "engine/backend.h"
#include "engine/cuda/staging.h"
#include "engine/image/fit.h"
#include "parsers/pixels.h"

namespace nightjar::cuda {

class Pictures {
 public:
  // For the pictures of the next fit(), as Executor::take_staged().
  void take_staged(std::vector<std::unique_ptr<StagedPicture>> staged) { next_ = std::move(staged); }
  // Enqueues the fitting of pictures of bytes into the first images of `input`, whose channels they have.
  // They may change once it returns. Errors: too_large, device.
  Result<void> fit(std::span<const PictureView> pictures, Fit fit, const Tensor& input, const Gpu& gpu,
                   Stream stream);

 private:
  const StagedPicture* staged(std::size_t picture) const;
  Result<void> make_room(std::span<const PictureView> pictures, const Gpu& gpu);

  std::vector<std::unique_ptr<StagedPicture>> next_, current_;  // of the fit() to come, and of the last one
  Staging pixels_;                                              // of pictures that were not staged
};

}  // namespace nightjar::cuda
