// Mean and variance of a channel over a batch, for the definitions of batch normalisation and its gradient.
#pragma once

#include "kernels/reference/elements.h"

namespace nightjar::reference {

struct Moments {
  double count, mean, variance;  // by count - 1; 0 of one element
};

inline Moments moments_of(const Tensor& image, int c) {
  const auto count = static_cast<double>(image.pixels());
  double sum = 0, squares = 0;
  for_each_cell(image, [&](int n, int y, int x) { sum += *image.at(n, c, y, x); });
  const double mean = sum / count;
  for_each_cell(image, [&](int n, int y, int x) {
    const double centred = *image.at(n, c, y, x) - mean;
    squares += centred * centred;
  });
  return {count, mean, count > 1 ? squares / (count - 1) : 0};
}

}  // namespace nightjar::reference
