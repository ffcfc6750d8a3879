// The sources of a sum (kernels/ops/add.h): how their cells meet the sum's, and their weights.
#pragma once

#include <algorithm>
#include <cmath>

#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/ops/add.h"

namespace nightjar::cuda {

constexpr int max_sources = 8;

// Cells of a source are added at every `sample`th of the sum, or are every `stride`th of a larger source.
template <class T>
struct Source {
  View<const T> view;
  Shape shape;
  int stride, sample;
  bool same;                 // in shape
  Divider by_plane, by_row;  // of the sum

  // The source's pixel that is added at a pixel of the sum, for a channel; -1: none is.
  NIGHTJAR_DEVICE int pixel_at(int pixel, int channel) const {
    if (same) return pixel;
    int x, rest;
    const int n = by_plane.divide(pixel, rest), y = by_row.divide(rest, x);
    if (y % sample != 0 || x % sample != 0) return -1;
    const int row = y / sample, column = x / sample;
    if (channel >= shape.c || row >= shape.h || column >= shape.w) return -1;
    return (n * shape.h + row * stride) * shape.w + column * stride;
  }
};

template <class T>
Source<T> source_of(const ops::Add& op, int number, const Tensor& values) {
  const Shape &source = op.sources[static_cast<std::size_t>(number)], &sum = op.sources[0];
  return {view<const T>(values),
          source,
          std::max(1, source.w / sum.w),
          std::max(1, sum.w / source.w),
          source == sum,
          Divider(sum.h * sum.w),
          Divider(sum.w)};
}

inline bool is_weighted(const ops::Add& op) {
  return op.weights != ops::Add::Weights::none;
}

// One weight an input and channel, normalised over the inputs.
inline std::int64_t source_weights_bytes(const ops::Add& op) {
  return is_weighted(op) ? std::int64_t{4} * op.inputs() * op.shape().c : 0;
}
inline void pack_source_weights(const ops::Add& op, Weights weights, void* packed) {
  using Normalization = ops::Add::Normalization;
  if (!is_weighted(op)) return;
  auto* to = static_cast<float*>(packed);
  const int channels = op.shape().c, inputs = op.inputs();
  for (int c = 0; c < channels; ++c) {
    double values[max_sources], largest = -1e300, sum = 0;
    for (int i = 0; i < inputs; ++i) {
      values[i] = weights[0][op.weights == ops::Add::Weights::per_channel ? i * channels + c : i];
      largest = std::max(largest, values[i]);
    }
    for (int i = 0; i < inputs; ++i) {
      if (op.normalization == Normalization::relu) values[i] = std::max(values[i], 0.);
      if (op.normalization == Normalization::softmax) values[i] = std::exp(values[i] - largest);
      sum += values[i];
    }
    constexpr double floor = 1e-4;  // Darknet adds it to the sum that it divides by
    const double scale = op.normalization == Normalization::none ? 1 : 1 / (sum + floor);
    for (int i = 0; i < inputs; ++i) to[i * channels + c] = static_cast<float>(values[i] * scale);
  }
}

}  // namespace nightjar::cuda
