// The gradient of ops::Conv.
#include "kernels/ops/conv.h"

#include <utility>

#include "kernels/ops/gradients/bias_gradient.h"
#include "kernels/ops/gradients/conv_data_gradient.h"
#include "kernels/ops/gradients/conv_weights_gradient.h"
#include "kernels/ops/turn_filters.h"

namespace nightjar {

// A convolution at stride 1 goes back by one of its own kind. Others scatter.
std::optional<Gradient> ops::Conv::gradient() const {
  if (activation != Activation::linear || residual) return std::nullopt;
  Conv bare = *this;
  bare.bias = false;
  Gradient all;
  const int reach = dilation * (size - 1);
  if (stride_x == 1 && stride_y == 1 && pad <= reach) {
    Conv back = bare;
    std::swap(back.in, back.out);
    back.pad = reach - pad;
    all.terms.push_back({TurnFilters{bare}, {gradients::input(1)}, {-1}});
    all.terms.push_back({back, {gradients::of_output, gradients::term(0)}, {0}});
  } else {
    all.terms.push_back({ConvDataGradient{bare}, {gradients::of_output, gradients::input(1)}, {0}});
  }
  all.terms.push_back(
      {ConvWeightsGradient{bare}, {gradients::input(0), gradients::of_output, gradients::sum(1)}, {1}});
  if (bias) all.terms.push_back({BiasGradient{out}, {gradients::of_output, gradients::sum(2)}, {2}});
  return all;
}

}  // namespace nightjar
