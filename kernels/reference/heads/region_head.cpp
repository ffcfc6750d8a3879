#include "kernels/ops/heads/region_head.h"

#include <algorithm>
#include <cmath>

#include "kernels/reference/elements.h"
#include "kernels/reference/heads/entries.h"

namespace nightjar {
namespace {

using Classes = ops::RegionHead::Classes;

// Softmax over `count` channels of one cell, from channel `first`.
void softmax_channels(const Tensor& in, const Tensor& out, int n, int first, int count, int y, int x) {
  double largest = *in.at(n, first, y, x), sum = 0;
  std::vector<double> shares(count);
  for (int c = 0; c < count; ++c) largest = std::max(largest, double{*in.at(n, first + c, y, x)});
  for (int c = 0; c < count; ++c) sum += shares[c] = std::exp(*in.at(n, first + c, y, x) - largest);
  for (int c = 0; c < count; ++c) *out.at(n, first + c, y, x) = static_cast<float>(shares[c] / sum);
}

// The runs of class channels that a softmax is taken over.
std::vector<int> softmax_groups(const ops::RegionHead& op) {
  if (op.activation == Classes::softmax) return {op.classes};
  if (op.activation == Classes::tree) return op.group_sizes;
  return {};
}

}  // namespace

void ops::RegionHead::define(Inputs ins, Outputs outs) const {
  const int planes = coords + 1 + classes;
  reference::for_each_element(outs[0], [&](int n, int c, int y, int x) {
    const int plane = c % planes;
    const bool logistic_class = plane > coords && activation == Classes::logistic;
    const float value = *ins[0].at(n, c, y, x);
    *outs[0].at(n, c, y, x) =
        plane < 2 || plane == coords || logistic_class ? reference::logistic(value) : value;
  });
  const std::vector<int> groups = softmax_groups(*this);
  for (int n = 0; n < outs[0].batch; ++n)
    for (int y = 0; y < shape.h; ++y)
      for (int x = 0; x < shape.w; ++x)
        for (int anchor = 0; anchor < anchors; ++anchor) {
          int first = anchor * planes + coords + 1;
          for (const int count : groups) {
            softmax_channels(ins[0], outs[0], n, first, count, y, x);
            first += count;
          }
        }
}

}  // namespace nightjar
