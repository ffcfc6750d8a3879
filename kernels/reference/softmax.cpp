#include "kernels/ops/softmax.h"

#include <algorithm>
#include <cmath>

#include "kernels/reference/elements.h"

namespace nightjar {
namespace {

void softmax_slice(const Tensor& in, const Tensor& out, int n, std::int64_t first, std::int64_t count,
                   double temperature) {
  double largest = *in.flat(n, first), sum = 0;
  for (std::int64_t i = first; i < first + count; ++i) largest = std::max(largest, double{*in.flat(n, i)});
  for (std::int64_t i = first; i < first + count; ++i)
    sum += std::exp((*in.flat(n, i) - largest) / temperature);
  for (std::int64_t i = first; i < first + count; ++i)
    *out.flat(n, i) = static_cast<float>(std::exp((*in.flat(n, i) - largest) / temperature) / sum);
}

}  // namespace

void ops::Softmax::define(Inputs ins, Outputs outs) const {
  for (int n = 0; n < outs[0].batch; ++n) {
    std::int64_t first = 0;
    for (std::size_t group = 0; first < sliced(); ++group) {
      const std::int64_t count =
          group_sizes.empty() ? sliced() / groups : group_sizes[group % group_sizes.size()];
      softmax_slice(ins[0], outs[0], n, first, count, temperature);
      first += count;
    }
    for (; first < shape.size(); ++first) *outs[0].flat(n, first) = *ins[0].flat(n, first);
  }
}

}  // namespace nightjar
