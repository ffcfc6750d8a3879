// Operations on parameters.
#include "kernels/ops/batch_norm.h"
#include "kernels/ops/binarise_weights.h"
#include "kernels/ops/binomial_filter.h"
#include "kernels/ops/conv.h"
#include "kernels/ops/fold_batch_norm.h"
#include "kernels/ops/quantise_weights.h"
#include "tests/kernels/reference_harness.h"

using namespace nightjar;
using namespace nightjar::test;

namespace {

// Folds in place, as its outputs say they may lie; returns weights and biases.
std::pair<Values, Values> fold(const Shape& shape, Values weights, Values biases, Values scales, Values mean,
                               Values variance) {
  const Op op = ops::FoldBatchNorm{shape};
  const Operands writes = op.writes();
  CHECK(writes[0].overlays == 0);
  CHECK(writes[1].overlays == 1);
  const Shape filters{shape.c, 1, 1};
  const std::vector<Tensor> ins{planar_tensor(weights.data(), shape), planar_tensor(biases.data(), filters),
                                planar_tensor(scales.data(), filters), planar_tensor(mean.data(), filters),
                                planar_tensor(variance.data(), filters)};
  op.define(ins, {ins.data(), 2});
  return {weights, biases};
}

}  // namespace

TEST_CASE("a batch normalisation goes into the weights and biases before it, in place") {
  const float epsilon = 1e-5f;
  const auto [weights, biases] =
      fold({2, 1, 3}, {1, 2, 3, 4, 5, 6}, {10, 20}, {3, 1}, {4, -1}, {4 - epsilon, 25 - epsilon});
  check_close(weights, {1.5f, 3, 4.5f, .8f, 1, 1.2f});
  check_close(biases, {4, 20.2f});
}

TEST_CASE("a folded convolution computes what the two did") {
  ops::Conv conv;
  conv.in = {2, 1, 2}, conv.out = {2, 1, 2};
  const Values image{1, -2, 3, .5f}, weights{.5f, -1, 2, .25f}, biases{.3f, -.4f};
  const Values scales{1.5f, -2}, mean{.1f, .2f}, variance{.7f, 0};
  const Values apart = evaluate(ops::BatchNorm{conv.out}, {evaluate(conv, {image}, {weights})},
                                {biases, scales, mean, variance});
  const auto [folded, folded_biases] = fold({2, 2, 1}, weights, biases, scales, mean, variance);
  conv.bias = true;
  const Values together = evaluate(conv, {image}, {folded, folded_biases});
  for (std::size_t i = 0; i < apart.size(); ++i) CHECK(together[i] == Approx(apart[i]).epsilon(1e-5));
}

TEST_CASE("weights in 8 bits have a scale a filter, which a filter of zeros does not need") {
  const Shape shape{3, 1, 4}, filters{3, 1, 1};
  Values weights{127, -63.5f, .4f, .6f, 0, 0, 0, 0, -2.54f, 1.28f, .008f, .04f};
  std::vector<std::int8_t> small(12);
  Values scales(3);
  const Tensor in = planar_tensor(weights.data(), shape);
  const std::vector<Tensor> outs{planar_tensor(small.data(), shape, 1, Type::i8),
                                 planar_tensor(scales.data(), filters)};
  ops::QuantiseWeights{shape}.define({&in, 1}, outs);
  CHECK(small == std::vector<std::int8_t>{127, -64, 0, 1, 0, 0, 0, 0, -127, 64, 0, 2});
  check_close(scales, {1, 1, .02f});
}

TEST_CASE("binomial filters blur each channel alike") {
  const auto filter = [](int channels, int size) {
    const ops::BinomialFilter op{channels, size};
    Values weights(static_cast<std::size_t>(op.weights().size()));
    const Tensor out = planar_tensor(weights.data(), op.weights());
    op.define({}, {&out, 1});
    return weights;
  };
  CHECK(filter(1, 1) == Values{1});
  CHECK(filter(2, 2) == Values(8, .25f));
  const Values three{1, 2, 1, 2, 4, 2, 1, 2, 1};
  for (int c = 0; c < 2; ++c)
    for (int i = 0; i < 9; ++i) CHECK(filter(2, 3)[c * 9 + i] == three[i] / 16);
  CHECK(filter(1, 5)[12] == 36.f / 256);
}

TEST_CASE("binary weights are plus or minus the mean of the filter's, in place, and 0 is minus") {
  const Shape shape{3, 2, 2};
  Values weights{1, -2, 3, -2, 0, -0.f, 4, 8, 0, 0, 0, 0};
  const Op op = ops::BinariseWeights{shape};
  CHECK(op.writes()[0].overlays == 0);
  const Tensor both = planar_tensor(weights.data(), shape);
  op.define({&both, 1}, {&both, 1});
  CHECK(weights == Values{2, -2, 2, -2, -3, -3, 3, 3, 0, 0, 0, 0});
}
