// A part of an example's picture while it is made: planes of floats, worked on in place.
#pragma once

#include <span>

#include "kernels/fit_area.h"
#include "kernels/tensor.h"

namespace nightjar {

struct Pane {
  Tensor input;  // one image, planar
  FitArea::Rectangle area;

  int channels() const { return input.shape.c; }
  // Of row `y` of the area: its pixels.
  std::span<float> row(int channel, int y) const {
    return {input.at(0, channel, area.top + y, area.left), static_cast<std::size_t>(area.width)};
  }
};

}  // namespace nightjar
