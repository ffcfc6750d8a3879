// Convolution, as the sum it is.
#include "kernels/reference/elements.h"
#include "kernels/reference/reference.h"

namespace nightjar::reference {
namespace {

bool inside(Shape shape, int y, int x) {
  return y >= 0 && y < shape.h && x >= 0 && x < shape.w;
}

// The weighted sum of one filter at one output cell. weights: (in.c / groups, size, size) of that filter.
double window_sum(const ops::Conv& op, const Tensor& in, const float* weights, int n, int filter, int y,
                  int x) {
  const int channels = op.in.c / op.groups;
  const int first = filter / (op.out.c / op.groups) * channels;
  double sum = 0;
  for (int c = 0; c < channels; ++c)
    for (int ky = 0; ky < op.size; ++ky)
      for (int kx = 0; kx < op.size; ++kx) {
        const int in_y = y * op.stride_y - op.pad + ky * op.dilation;
        const int in_x = x * op.stride_x - op.pad + kx * op.dilation;
        const double weight = weights[(std::int64_t{c} * op.size + ky) * op.size + kx];
        if (inside(op.in, in_y, in_x)) sum += weight * *in.at(n, first + c, in_y, in_x);
      }
  return sum;
}

}  // namespace

void run(const ops::Conv& op, Inputs in, Arrays arrays, const Tensor& out) {
  const std::int64_t filter_size = std::int64_t{op.in.c / op.groups} * op.size * op.size;
  const float* bias = arrays.size() > 1 ? arrays[1] : nullptr;
  for_each_element(out, [&](int n, int c, int y, int x) {
    const double sum = window_sum(op, in[0], arrays[0] + c * filter_size, n, c, y, x) + (bias ? bias[c] : 0);
    float value = activate(op.activation, static_cast<float>(sum));
    if (op.residual) value = activate(op.residual_activation, value + *in[1].at(n, c, y, x));
    *out.at(n, c, y, x) = value;
  });
}

}  // namespace nightjar::reference
