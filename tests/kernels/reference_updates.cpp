// Operations of the phase `update`, by hand.
#include "kernels/ops/updates/adam_update.h"
#include "kernels/ops/updates/average_weights.h"
#include "kernels/ops/updates/clip_gradients.h"
#include "kernels/ops/updates/sgd_update.h"
#include "tests/kernels/reference_harness.h"

using namespace nightjar;
using namespace nightjar::test;

namespace {

Values rates_of(const Rates& rates) {
  const auto values = rates.values();
  return {values.begin(), values.end()};
}

// All outputs, in place of the inputs of the same number, as in a graph; rates come last.
std::vector<Values> update(const Op& op, std::vector<Values> operands, const Rates& rates) {
  operands.push_back(rates_of(rates));
  const Operands reads = op.reads();
  REQUIRE(reads.size() == operands.size());
  std::vector<Tensor> ins;
  for (std::size_t i = 0; i < operands.size(); ++i)
    ins.push_back(planar_tensor(operands[i].data(), reads[i].value.shape));
  op.define(ins, {ins.data(), op.writes().size()});
  operands.resize(op.writes().size());
  return operands;
}

// What clipping writes.
Rates clip(const ops::ClipGradients& op, std::vector<Values> sums, const Rates& rates) {
  sums.push_back(rates_of(rates));
  std::vector<Tensor> ins;
  for (std::size_t i = 0; i < sums.size(); ++i)
    ins.push_back(planar_tensor(sums[i].data(), op.reads()[i].value.shape));
  Values clipped(Rates::count);
  const Tensor out = planar_tensor(clipped.data(), Rates::shape());
  op.define(ins, {&out, 1});
  return Rates::at(clipped.data());
}

}  // namespace

TEST_CASE("SGD takes the scaled sum into its velocity, and clears it") {
  const Rates rates{.rate = .5f, .share = .25f, .decay = .1f, .momentum = .5f, .gradient_scale = .5f};
  const auto found = update(ops::SgdUpdate{{2, 1, 1}, 2, true}, {{1, -2}, {8, 4}, {2, 0}}, rates);
  check_close(found[2], {1 - 4 - .4f, -2 + .8f});
  check_close(found[0], {1 + .25f * -3.4f, -2 + .25f * -1.2f});
  CHECK(found[1] == Values{0, 0});
}

TEST_CASE("Adam goes by both moments of the scaled gradient") {
  Rates rates{.rate = .1f, .share = .5f, .decay = .2f, .momentum = .5f, .second = .75f, .epsilon = 0};
  rates.update = 1, rates.gradient_scale = .5f;
  // g = 2; both moments, corrected, are g and g^2: a step of the rate.
  const auto decoupled = update(ops::AdamUpdate{{1, 1, 1}, 1, true, true}, {{3}, {8}, {0}, {0}}, rates);
  check_close(decoupled[0], {3 - .1f * (1 + .6f)});
  check_close(decoupled[2], {1});
  check_close(decoupled[3], {1});
  const auto coupled = update(ops::AdamUpdate{{1, 1, 1}, 1, true, false}, {{3}, {8}, {0}, {0}}, rates);
  check_close(coupled[0], {2.9f});
  check_close(coupled[2], {1.3f});
}

TEST_CASE("an average keeps its share, and becomes the parameter where none is kept") {
  const ops::AverageWeights op{{2, 1, 1}};
  Values parameter{4, -1}, average{2, 1};
  const auto follow = [&](float kept) {
    Values rates = rates_of({.kept = kept}), found(2);
    const std::vector<Tensor> ins{planar_tensor(parameter.data(), op.shape),
                                  planar_tensor(average.data(), op.shape),
                                  planar_tensor(rates.data(), Rates::shape())};
    const Tensor out = planar_tensor(found.data(), op.shape);
    op.define(ins, {&out, 1});
    return found;
  };
  check_close(follow(.75f), {2.5f, .5f});
  CHECK(follow(0) == parameter);
}

TEST_CASE("a long gradient is clipped, all of it alike, and a short one is not") {
  const ops::ClipGradients op{{{2, 1, 1}, {1, 1, 1}}, 2};
  const Rates rates{.rate = .1f, .share = .5f, .update = 3};
  const Rates clipped = clip(op, {{4, 4}, {-7}}, rates);  // of length 9, the mean 4.5
  CHECK(clipped.gradient_scale == Approx(2 / 4.5));
  CHECK(clipped.rate == rates.rate);
  CHECK(clipped.share == rates.share);
  CHECK(clipped.update == rates.update);
  CHECK(clip(op, {{1, -1}, {2}}, rates).gradient_scale == 1);
  CHECK(clip(op, {{0, 0}, {0}}, rates).gradient_scale == 1);
}
