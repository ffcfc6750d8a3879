// Pictures -> the network's input: pixels go over the bus as they are, 8 bits a value, and are fitted on the
// device.
#pragma once

#include <span>

#include "engine/cuda/staging.h"
#include "engine/image/fit.h"
#include "parsers/pixels.h"

namespace nightjar::cuda {

class Pictures {
 public:
  // Enqueues the fitting of pictures of bytes into the first images of `input`, whose channels they have.
  // They may change once it returns. Errors: too_large, device.
  Result<void> fit(std::span<const PictureView> pictures, Fit fit, const Tensor& input, const Gpu& gpu,
                   Stream stream);

 private:
  Staging pixels_;
};

}  // namespace nightjar::cuda
