// How far an update goes: what a schedule decides before each, for all parameters.
#pragma once

#include <array>

#include "kernels/activation.h"

namespace nightjar {

// As a value: planar floats in this order, once for all images.
struct Rates {
  float rate = 0;            // of learning
  float share = 1;           // 1 / the pictures whose gradients were summed
  float decay = 0;           // of weights; biases and scales have none
  float momentum = 0;        // Adam's beta 1
  float second = .999f;      // Adam's beta 2
  float epsilon = 1e-8f;     // Adam's
  float update = 1;          // its number, from 1
  float gradient_scale = 1;  // of the gradient, before anything is made of it
  float kept = 0;            // of averages of weights; the rest is the parameters'
  float applies = 1;         // 0: parameters stay as they are, and only the sums are cleared

  static constexpr int count = 10;
  static constexpr Shape shape() { return {count, 1, 1}; }
  std::array<float, count> values() const {
    std::array<float, count> all{};
    put(all.data());
    return all;
  }
  NIGHTJAR_FORMULA void put(float* values) const {
    values[0] = rate, values[1] = share, values[2] = decay, values[3] = momentum, values[4] = second;
    values[5] = epsilon, values[6] = update, values[7] = gradient_scale, values[8] = kept;
    values[9] = applies;
  }
  NIGHTJAR_FORMULA static Rates at(const float* values) {
    return {values[0], values[1], values[2], values[3], values[4],
            values[5], values[6], values[7], values[8], values[9]};
  }
};

}  // namespace nightjar
