// The gradient of ops::Add.
#include "kernels/ops/add.h"

#include "kernels/ops/copy.h"
#include "kernels/ops/gradients/add_source_gradient.h"
#include "kernels/ops/gradients/add_weights_gradient.h"

namespace nightjar {

std::optional<Gradient> ops::Add::gradient() const {
  if (activation != Activation::linear) return std::nullopt;
  Gradient all;
  const int weights_input = inputs();
  for (int i = 0; i < inputs(); ++i) {
    if (is_plain()) {
      all.terms.push_back({Copy{shape()}, {gradients::of_output}, {i}});
      continue;
    }
    std::vector<Gradient::Source> reads{gradients::of_output};
    if (weights != Weights::none) reads.push_back(gradients::input(weights_input));
    all.terms.push_back({AddSourceGradient{*this, i}, std::move(reads), {i}});
  }
  if (weights == Weights::none) return all;
  std::vector<Gradient::Source> reads;
  for (int i = 0; i < inputs(); ++i) reads.push_back(gradients::input(i));
  reads.insert(reads.end(),
               {gradients::of_output, gradients::sum(weights_input), gradients::input(weights_input)});
  all.terms.push_back({AddWeightsGradient{*this}, std::move(reads), {weights_input}});
  return all;
}

}  // namespace nightjar
