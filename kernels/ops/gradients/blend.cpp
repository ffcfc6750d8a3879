// The gradient of ops::Blend.
#include "kernels/ops/blend.h"

#include "kernels/ops/gradients/blend_gradient.h"
#include "kernels/ops/multiply.h"

namespace nightjar {

// Without a rest it is two products, each input's factor being its neighbour.
std::optional<Gradient> ops::Blend::gradient() const {
  using gradients::input;
  using gradients::of_output;
  if (rest) return Gradient{{{BlendGradient{shape}, {input(0), input(1), input(2), of_output}, {0, 1, 2}}}};
  Gradient all;
  for (const int by : {0, 1, 2, 3})
    all.terms.push_back({Multiply{shape}, {input(by % 2 == 0 ? by + 1 : by - 1), of_output}, {by}});
  return all;
}

}  // namespace nightjar
