// A picture of any size -> the network's input, and boxes back (docs/darknet-format.md section 7).
#pragma once

#include <string>

#include "engine/detect/boxes.h"
#include "kernels/fit_area.h"
#include "kernels/tensor.h"
#include "parsers/pixels.h"
#include "parsers/result.h"

namespace nightjar {

struct PictureRows;  // kernels/reference/picture_rows.h

enum class Fit {
  letterbox,  // keeps the aspect ratio, pads with grey .5: pjreddie's Darknet, and [net] letter_box=1
  stretch,    // fills the input: AlexeyAB's Darknet
  crop,       // the shorter side becomes the input's width, and the middle is cut out: classifiers, AlexeyAB
  square,     // the largest square in the middle fills the input: pjreddie's `classifier valid`
};

// "640x480x3"
std::string words_for(const PictureView& picture);
// Errors: usage, for a picture that cannot be fitted: it has no pixels, or a row of more than 2 GiB.
Result<void> check_view(const PictureView& picture);

FitArea fitted_area(Fit fit, int width, int height, int network_width, int network_height);

// Writes image `n` of `input` (planar, block 1): bytes / 255, or floats as they are, resized by Darknet's
// align-corners bilinear filter. The picture's channels must equal the input's. `rows`: the loops of an
// instruction set, which do not differ in what they compute; without them the best there is.
void fit_image(const PictureView& picture, Fit fit, const Tensor& input, int n, const PictureRows& rows);
void fit_image(const PictureView& picture, Fit fit, const Tensor& input, int n);

// Maps boxes relative to the network's input back to boxes relative to the picture; not clipped.
void map_to_picture(Boxes& boxes, Fit fit, int picture_width, int picture_height, Shape network);

}  // namespace nightjar
