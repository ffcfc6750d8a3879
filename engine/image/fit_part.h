// Fitting any part of a picture, either way round: what engine/image/fit.h does, and training with it.
#pragma once

#include "kernels/fit_area.h"
#include "kernels/tensor.h"
#include "parsers/pixels.h"

namespace nightjar {

struct PictureRows;  // kernels/reference/picture_rows.h

struct Flips {
  bool x = false, y = false;  // left and right, top and bottom
};

// Writes what `area` covers of image `n` of `input` (planar, block 1), and nothing else: bytes / 255, or
// floats as they are, resized by Darknet's align-corners bilinear filter. `area.from` may reach beyond the
// picture, whose edge stands for what is not there; flipped is what it was resized to, before columns and
// rows are skipped. The picture's channels must equal the input's.
void fit_part(const PictureView& picture, const FitArea& area, const Flips& flips, const Tensor& input, int n,
              const PictureRows& rows);

}  // namespace nightjar
