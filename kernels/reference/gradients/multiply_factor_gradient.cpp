#include "kernels/ops/gradients/multiply_factor_gradient.h"

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::MultiplyFactorGradient::define(Inputs ins, Outputs outs) const {
  using Factor = Multiply::Factor;
  const Shape shape = multiply.shape;
  const auto product = [&](int n, int c, int y, int x) {
    return double{*ins[0].at(n, c, y, x)} * *ins[1].at(n, c, y, x);
  };
  reference::for_each_element(outs[0], [&](int n, int c, int y, int x) {
    double sum = 0;
    if (multiply.factor == Factor::full) sum = product(n, c, y, x);
    if (multiply.factor == Factor::per_pixel)
      for (int k = 0; k < shape.c; ++k) sum += product(n, k, y, x);
    if (multiply.factor == Factor::per_channel)
      for (int j = 0; j < shape.h; ++j)
        for (int i = 0; i < shape.w; ++i) sum += product(n, c, j, i);
    *outs[0].at(n, c, y, x) = static_cast<float>(sum);
  });
}

}  // namespace nightjar
