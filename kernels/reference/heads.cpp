// The activations inside detection heads (SEMANTICS.md sections 5.1 and 5.3). Channels are anchors x planes.
#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/reference/elements.h"
#include "kernels/reference/reference.h"

namespace nightjar::reference {
namespace {

float logistic(float x) {
  return activate(Activation::logistic, x);
}

// Stretches a coordinate around the cell's centre, so that a sigmoid's ends can be reached.
float stretch(float v, double scale) {
  return static_cast<float>(v * scale - .5 * (scale - 1));
}

}  // namespace

void run(const ops::YoloHead& op, Inputs in, Arrays, const Tensor& out) {
  const int planes = 5 + op.classes;
  for_each_element(out, [&](int n, int c, int y, int x) {
    const int plane = c % planes;
    const bool centre = plane < 2, size = plane == 2 || plane == 3;
    float value = *in[0].at(n, c, y, x);
    if (!op.new_coords && !size) value = logistic(value);
    *out.at(n, c, y, x) = centre ? stretch(value, op.scale_x_y) : value;
  });
}

void run(const ops::GaussianHead& op, Inputs in, Arrays, const Tensor& out) {
  const int planes = 9 + op.classes;
  for_each_element(out, [&](int n, int c, int y, int x) {
    const int plane = c % planes;
    const bool centre = plane == 0 || plane == 2, size = plane == 4 || plane == 6;
    const float value = *in[0].at(n, c, y, x);
    *out.at(n, c, y, x) = size ? value : centre ? stretch(logistic(value), op.scale_x_y) : logistic(value);
  });
}

namespace {

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
  if (op.activation == ops::RegionHead::Classes::softmax) return {op.classes};
  if (op.activation == ops::RegionHead::Classes::tree) return op.group_sizes;
  return {};
}

}  // namespace

void run(const ops::RegionHead& op, Inputs in, Arrays, const Tensor& out) {
  const int planes = op.coords + 1 + op.classes;
  for_each_element(out, [&](int n, int c, int y, int x) {
    const int plane = c % planes;
    const bool logistic_class = plane > op.coords && op.activation == ops::RegionHead::Classes::logistic;
    const float value = *in[0].at(n, c, y, x);
    *out.at(n, c, y, x) = plane < 2 || plane == op.coords || logistic_class ? logistic(value) : value;
  });
  const std::vector<int> groups = softmax_groups(op);
  for (int n = 0; n < out.batch; ++n)
    for (int y = 0; y < op.shape.h; ++y)
      for (int x = 0; x < op.shape.w; ++x)
        for (int anchor = 0; anchor < op.anchors; ++anchor) {
          int first = anchor * planes + op.coords + 1;
          for (const int count : groups) {
            softmax_channels(in[0], out, n, first, count, y, x);
            first += count;
          }
        }
}

}  // namespace nightjar::reference
