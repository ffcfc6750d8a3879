// Operations of the phase `update`, by hand.
#include "kernels/ops/losses/scale_loss.h"
#include "kernels/ops/updates/adam_update.h"
#include "kernels/ops/updates/adapt_loss_scale.h"
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

// What is made of rates and a scale by sums, and of these.
struct Adapted {
  Rates rates;
  LossScale scale;
};
Adapted adapt(std::vector<Values> sums, const Rates& rates, const LossScale& scale) {
  ops::AdaptLossScale op;
  for (const Values& sum : sums) op.sums.push_back({static_cast<int>(sum.size()), 1, 1});
  sums.push_back(rates_of(rates));
  const auto values = scale.values();
  sums.emplace_back(values.begin(), values.end());
  std::vector<Tensor> ins;
  for (std::size_t i = 0; i < sums.size(); ++i)
    ins.push_back(planar_tensor(sums[i].data(), op.reads()[i].value.shape));
  op.define(ins, {&ins[op.sums.size()], 2});  // in place
  return {Rates::at(sums[op.sums.size()].data()), LossScale::at(sums.back().data())};
}

constexpr float infinity = std::numeric_limits<float>::infinity();

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

TEST_CASE("a gradient that is scaled is clipped as it is without") {
  const ops::ClipGradients op{{{2, 1, 1}}, 2};
  const Rates rates{.share = .5f, .gradient_scale = 1 / 1024.f};
  const Rates clipped = clip(op, {{4 * 1024, 3 * 1024}}, rates);  // of length 5, the mean 2.5
  CHECK(clipped.gradient_scale == Approx(2 / 2.5 / 1024));
}

TEST_CASE("an update that does not apply clears the sums and changes nothing else") {
  const Rates rates{.rate = .5f, .share = .25f, .decay = .1f, .momentum = .5f, .update = 1, .applies = 0};
  CHECK(update(ops::SgdUpdate{{2, 1, 1}, 2, true}, {{1, -2}, {infinity, 4}, {2, 3}}, rates) ==
        std::vector<Values>{{1, -2}, {0, 0}, {2, 3}});
  for (const bool decoupled : {false, true}) {
    const ops::AdamUpdate adam{{2, 1, 1}, 1, true, decoupled};
    CHECK(update(adam, {{1, -2}, {NAN, 4}, {2, 3}, {4, 5}}, rates) ==
          std::vector<Values>{{1, -2}, {0, 0}, {2, 3}, {4, 5}});
  }
}

TEST_CASE("the scale of a loss is taken off its gradients, and what was left out does not count") {
  const Adapted fine = adapt({{1, 2}, {3}}, {.rate = .1f, .update = 9}, {1024, 7, 2});
  CHECK(fine.rates.gradient_scale == 1 / 1024.f);
  CHECK(fine.rates.update == 7);
  CHECK(fine.rates.rate == .1f);
  CHECK(fine.rates.applies == 1);
  CHECK(fine.scale.values() == LossScale{1024, 8, 2}.values());
}

TEST_CASE("a gradient that is no number halves the scale and leaves the update out") {
  for (const float value : {infinity, -infinity, std::numeric_limits<float>::quiet_NaN()}) {
    const Adapted broken = adapt({{1, 2}, {value}}, {}, {1024, 7, 2});
    CHECK(broken.rates.applies == 0);
    CHECK(broken.scale.values() == LossScale{512, 0, 3}.values());
  }
  const float largest = std::numeric_limits<float>::max();
  CHECK(adapt({{largest, largest}, {-largest}}, {}, {}).rates.applies == 1);
}

TEST_CASE("the first scale is that of a mean loss, as a power of two") {
  CHECK(LossScale::begin(1).scale == 65536);
  CHECK(LossScale::begin(64).scale == 1024);
  CHECK(LossScale::begin(48).scale == 1024);
}

TEST_CASE("the scale grows after many updates in a row, as far as floats go") {
  CHECK(LossScale{1024, 1998, 0}.after(true).values() == LossScale{1024, 1999, 0}.values());
  CHECK(LossScale{1024, 1999, 0}.after(true).values() == LossScale{2048, 0, 0}.values());
  const LossScale large{0x1p127f, 1999, 0};
  CHECK(large.after(true).values() == LossScale{0x1p127f, 0, 0}.values());
}

TEST_CASE("a loss' gradient is multiplied by its scale") {
  Values gradient{1, -.5f}, scale{8, 0, 0}, found(2);
  const std::vector<Tensor> ins{planar_tensor(gradient.data(), {2, 1, 1}),
                                planar_tensor(scale.data(), LossScale::shape())};
  const Tensor out = planar_tensor(found.data(), {2, 1, 1});
  ops::ScaleLoss{{2, 1, 1}}.define(ins, {&out, 1});
  CHECK(found == Values{8, -4});
}
