// What each source of a sum adds to a cell, for the definitions of the sum and of its gradients.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "kernels/ops/add.h"
#include "kernels/reference/normalize.h"

namespace nightjar::reference {

// The place of a source's weight for channel c.
inline std::int64_t weight_index(const ops::Add& op, std::size_t source, int c) {
  const auto i = static_cast<std::int64_t>(source);
  return op.weights == ops::Add::Weights::per_channel ? i * op.shape().c + c : i;
}

// The weight of each source for channel c, normalised over the sources.
inline std::vector<double> source_weights(const ops::Add& op, const float* weights, int c) {
  std::vector<double> result(op.sources.size(), 1.);
  if (op.weights == ops::Add::Weights::none) return result;
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = weights[weight_index(op, i, c)];
  if (op.normalization == ops::Add::Normalization::relu)
    normalize(result, ops::NormalizeChannels::Form::relu);
  if (op.normalization == ops::Add::Normalization::softmax)
    normalize(result, ops::NormalizeChannels::Form::softmax_maxval);
  return result;
}

struct Cell {
  int y, x;
};

// The cell of `source` that is added at a cell of the sum, if any: pjreddie's rule for another size
// (docs/darknet-format.md section 5.5).
inline std::optional<Cell> cell_of_source(const Shape& source, const Shape& sum, int c, int y, int x) {
  const int stride = std::max(1, source.w / sum.w), sample = std::max(1, sum.w / source.w);
  const int row = y / sample, column = x / sample;
  const bool lands = y % sample == 0 && x % sample == 0;
  const bool exists = c < source.c && row < source.h && column < source.w;
  if (!lands || !exists) return std::nullopt;
  return Cell{row * stride, column * stride};
}

inline float addend(const Tensor& source, const Shape& sum, int n, int c, int y, int x) {
  const auto cell = cell_of_source(source.shape, sum, c, y, x);
  return cell ? *source.at(n, c, cell->y, cell->x) : 0;
}

}  // namespace nightjar::reference
