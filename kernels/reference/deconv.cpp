// Each cell of the output asks every tap whether some cell of the input put it there.
#include "kernels/ops/deconv.h"

#include "kernels/reference/elements.h"
#include "kernels/reference/reference.h"

namespace nightjar {
namespace {

// Calls visit(tap, row, column of the input) for the taps that lie on cell (y, x) of the output.
template <class Visit>
void for_each_tap(const ops::Deconv& op, int y, int x, Visit visit) {
  for (int ky = 0; ky < op.size; ++ky)
    for (int kx = 0; kx < op.size; ++kx) {
      const int down = y + op.pad - ky, right = x + op.pad - kx;
      if (down < 0 || right < 0 || down % op.stride != 0 || right % op.stride != 0) continue;
      const int i = down / op.stride, j = right / op.stride;
      if (i < op.in.h && j < op.in.w) visit(std::int64_t{ky} * op.size + kx, i, j);
    }
}

}  // namespace

void ops::Deconv::define(Inputs ins, Outputs outs) const {
  const std::int64_t taps = std::int64_t{size} * size;
  const float *weights = reference::array(ins[1]), *biases = bias ? reference::array(ins[2]) : nullptr;
  reference::for_each_element(outs[0], [&](int n, int filter, int y, int x) {
    double sum = biases ? biases[filter] : 0;
    for_each_tap(*this, y, x, [&](std::int64_t tap, int i, int j) {
      for (int c = 0; c < in.c; ++c)
        sum += double{weights[(std::int64_t{filter} * in.c + c) * taps + tap]} * *ins[0].at(n, c, i, j);
    });
    *outs[0].at(n, filter, y, x) = reference::activate(activation, static_cast<float>(sum));
  });
}

}  // namespace nightjar
