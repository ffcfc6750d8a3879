// Operations on a tensor seen as one vector in CHW order.
#include <algorithm>
#include <cmath>

#include "kernels/reference/elements.h"
#include "kernels/reference/reference.h"

namespace nightjar::reference {

void run(const ops::Connected& op, Inputs in, Arrays arrays, const Tensor& out) {
  const std::int64_t inputs = op.in.size();
  const float* bias = arrays.size() > 1 ? arrays[1] : nullptr;
  for_each_element(out, [&](int n, int o, int, int) {
    double sum = bias ? bias[o] : 0;
    for (std::int64_t i = 0; i < inputs; ++i) sum += double{arrays[0][o * inputs + i]} * flat(in[0], n, i);
    *out.at(n, o, 0, 0) = activate(op.activation, static_cast<float>(sum));
  });
}

namespace {

void softmax_slice(const Tensor& in, const Tensor& out, int n, std::int64_t first, std::int64_t count,
                   double temperature) {
  double largest = flat(in, n, first), sum = 0;
  for (std::int64_t i = first; i < first + count; ++i) largest = std::max(largest, double{flat(in, n, i)});
  for (std::int64_t i = first; i < first + count; ++i)
    sum += std::exp((flat(in, n, i) - largest) / temperature);
  for (std::int64_t i = first; i < first + count; ++i)
    flat(out, n, i) = static_cast<float>(std::exp((flat(in, n, i) - largest) / temperature) / sum);
}

}  // namespace

void run(const ops::Softmax& op, Inputs in, Arrays, const Tensor& out) {
  const std::int64_t size = op.shape.size();
  for (int n = 0; n < out.batch; ++n) {
    std::int64_t first = 0;
    for (std::size_t group = 0; first < size; ++group) {
      const std::int64_t count =
          op.group_sizes.empty() ? size / op.groups : op.group_sizes[group % op.group_sizes.size()];
      softmax_slice(in[0], out, n, first, count, op.temperature);
      first += count;
    }
  }
}

}  // namespace nightjar::reference
