#include "kernels/ops/gradients/add_weights_gradient.h"

#include <utility>

#include "kernels/reference/elements.h"
#include "kernels/reference/sources.h"

namespace nightjar {
namespace {

using Gradients = std::vector<double>;  // by the weight of each source, for one channel

// With w'_i = max(w_i, 0) / S, S the sum of those and 1e-4, the gradient by w_i is (g_i - sum of g w') / S.
Gradients through_relu(const std::vector<double>& stored, const std::vector<double>& shares, Gradients g) {
  double mean = 0, sum = reference::normalizer_floor;
  for (std::size_t i = 0; i < g.size(); ++i) mean += g[i] * shares[i], sum += std::max(0., stored[i]);
  for (std::size_t i = 0; i < g.size(); ++i) g[i] = stored[i] > 0 ? (g[i] - mean) / sum : 0;
  return g;
}

// With w'_i = exp(w_i - greatest) / S, S the sum of those and 1e-4, it is w'_i (g_i - sum of g w'). The
// greatest counts as a constant: it would cancel but for the 1e-4.
Gradients through_softmax(const std::vector<double>& shares, Gradients g) {
  double mean = 0;
  for (std::size_t i = 0; i < g.size(); ++i) mean += g[i] * shares[i];
  for (std::size_t i = 0; i < g.size(); ++i) g[i] = shares[i] * (g[i] - mean);
  return g;
}

// By the stored weights, from those by the normalised ones.
Gradients through_normalization(const ops::Add& op, const float* weights, int c, Gradients g) {
  using Normalization = ops::Add::Normalization;
  if (op.normalization == Normalization::none) return g;
  const std::vector<double> shares = reference::source_weights(op, weights, c);
  if (op.normalization == Normalization::softmax) return through_softmax(shares, std::move(g));
  std::vector<double> stored;
  for (std::size_t i = 0; i < g.size(); ++i) stored.push_back(weights[reference::weight_index(op, i, c)]);
  return through_relu(stored, shares, std::move(g));
}

}  // namespace

void ops::AddWeightsGradient::define(Inputs ins, Outputs outs) const {
  const std::size_t sources = add.sources.size();
  const Tensor& gradient = ins[sources];
  const float *so_far = reference::array(ins[sources + 1]), *stored = reference::array(ins[sources + 2]);
  std::vector<double> sums(so_far, so_far + add.weights_shape().size());
  for (int c = 0; c < add.shape().c; ++c) {
    Gradients of_channel(sources, 0.);
    reference::for_each_cell(gradient, [&](int n, int y, int x) {
      for (std::size_t i = 0; i < sources; ++i)
        of_channel[i] +=
            double{*gradient.at(n, c, y, x)} * reference::addend(ins[i], add.shape(), n, c, y, x);
    });
    if (!add.constant_normalization)
      of_channel = through_normalization(add, stored, c, std::move(of_channel));
    for (std::size_t i = 0; i < sources; ++i)
      sums[static_cast<std::size_t>(reference::weight_index(add, i, c))] += of_channel[i];
  }
  std::copy(sums.begin(), sums.end(), static_cast<float*>(outs[0].data));
}

}  // namespace nightjar
