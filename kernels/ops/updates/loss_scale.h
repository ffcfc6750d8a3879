// By how much gradients are larger than they are, so that halves can hold them.
#pragma once

#include <array>
#include <bit>

#include "kernels/activation.h"

namespace nightjar {

// Dynamic loss scaling [Micikevicius et al. 2018, section 3.2], with the constants of PyTorch 2's
// torch.amp.GradScaler: where a gradient is no number, that update is left out and the scale falls; after so
// many updates in a row that were made it grows. As a value: planar floats in this order, once for all
// images.
struct LossScale {
  static constexpr float first = 65536, growth = 2, backoff = .5f;
  static constexpr int interval = 2000;  // updates, after which it grows

  float scale = first;
  float made = 0;      // updates in a row
  float left_out = 0;  // updates of all

  // PyTorch's first one is of the mean loss of a batch; here losses of images add up until the update.
  static LossScale begin(int images) {
    return {.scale = first / static_cast<float>(std::bit_ceil(static_cast<unsigned>(images)))};
  }

  static constexpr int count = 3;
  static constexpr Shape shape() { return {count, 1, 1}; }
  std::array<float, count> values() const { return {scale, made, left_out}; }
  NIGHTJAR_FORMULA void put(float* values) const {
    values[0] = scale, values[1] = made, values[2] = left_out;
  }
  NIGHTJAR_FORMULA static LossScale at(const float* values) { return {values[0], values[1], values[2]}; }

  // Behind an update whose gradients all are numbers, or not. It grows no further than floats go.
  NIGHTJAR_FORMULA LossScale after(bool finite) const {
    constexpr float largest = 1.7e38f;
    if (!finite) return {scale * backoff, 0, left_out + 1};
    if (made + 1 < interval) return {scale, made + 1, left_out};
    return {scale < largest ? scale * growth : scale, 0, left_out};
  }
};

}  // namespace nightjar
