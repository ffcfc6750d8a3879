// Batch normalisation, normalisation over channels, sums, products and blends of tensors.
#include "kernels/ops/add.h"
#include "kernels/ops/batch_norm.h"
#include "kernels/ops/blend.h"
#include "kernels/ops/clamp.h"
#include "kernels/ops/local_response_norm.h"
#include "kernels/ops/multiply.h"
#include "kernels/ops/normalize_channels.h"
#include "tests/kernels/reference_harness.h"

using namespace nightjar;
using namespace nightjar::test;

TEST_CASE("batch normalisation takes bias, scale, mean, variance a channel") {
  const float variance = 4 - 1e-5f;
  const Values out = evaluate(ops::BatchNorm{{2, 1, 2}}, {{1, 3, 10, 20}},
                              {{.5f, 0}, {3, 1}, {1, 10}, {variance, 25 - 1e-5f}});
  check_close(out, {.5f, 3.5f, 0, 2});
}

TEST_CASE("batch normalisation of a constant channel stays finite") {
  check_close(evaluate(ops::BatchNorm{{1, 1, 1}}, {{1.5f}}, {{0}, {1}, {1}, {0}}), {158.11388f});
}

TEST_CASE("channels are normalised at each pixel") {
  using Form = ops::NormalizeChannels::Form;
  const auto normalised = [](Form form) {
    return evaluate(ops::NormalizeChannels{{2, 1, 2}, form}, {{1, -2, 3, 2}});
  };
  check_close(normalised(Form::relu), {1 / 4.0001f, 0, 3 / 4.0001f, 2 / 2.0001f});
  const double e = std::exp(1.);
  const auto share = [](double part, double sum) { return static_cast<float>(part / (sum + 1e-4)); };
  const double e2 = e * e, e3 = e2 * e;
  check_close(normalised(Form::softmax),
              {share(e, e + e3), share(1 / e2, 1 / e2 + e2), share(e3, e + e3), share(e2, 1 / e2 + e2)});
  check_close(normalised(Form::softmax_maxval),
              {share(1 / e2, 1 / e2 + 1), share(1 / e2 / e2, 1 / e2 / e2 + 1), share(1, 1 / e2 + 1),
               share(1, 1 / e2 / e2 + 1)});
}

TEST_CASE("channels are divided by their length at each pixel, zeros left alone") {
  const ops::NormalizeChannels op{{2, 1, 3}, ops::NormalizeChannels::Form::l2};
  check_close(evaluate(op, {{3, 0, -5, 4, 0, 12}}), {.6f, 0, -5 / 13.f, .8f, 0, 12 / 13.f});
}

namespace {

// As Darknet goes about it (normalization_layer.c): the sum is carried on from channel to channel.
Values carried_on(const ops::LocalResponseNorm& op, const Values& in) {
  const int plane = op.shape.h * op.shape.w;
  Values out;
  std::vector<double> base(plane, op.kappa);
  const auto add = [&](int channel, double factor) {
    if (channel < 0 || channel >= op.shape.c) return;
    for (int i = 0; i < plane; ++i)
      base[i] += factor * std::pow(double{in[static_cast<std::size_t>(channel * plane + i)]}, 2);
  };
  for (int k = 0; k < op.size / 2; ++k) add(k, op.alpha);
  for (int k = 0; k < op.shape.c; ++k) {
    if (k > 0) {
      add(k - (op.size - 1) / 2 - 1, -op.alpha);
      add(k + op.size / 2, op.alpha);
    }
    for (int i = 0; i < plane; ++i) {
      const float value = in[static_cast<std::size_t>(k * plane + i)];
      out.push_back(static_cast<float>(value * std::pow(base[i], -op.beta)));
    }
  }
  return out;
}

}  // namespace

TEST_CASE("local response normalisation loses a channel, as Darknet's does") {
  // Bases 1 + s/2: channel 1 is never added, and is taken off where it leaves.
  const ops::LocalResponseNorm op{{5, 1, 1}, 3, .5f, 1, 1};
  check_close(evaluate(op, {{1, 2, 3, 4, 5}}), {1 / 1.5f, 2 / (1 + 10 / 2.f), 3 / (1 + 25 / 2.f),
                                                4 / (1 + (50 - 4) / 2.f), 5 / (1 + (41 - 4) / 2.f)});
}

TEST_CASE("local response normalisation is the sum that Darknet carries on") {
  Values in = counting(7 * 6);
  for (float& value : in) value = std::sin(value) * 2;
  for (const int size : {1, 2, 3, 4, 5, 8, 13}) {
    INFO("size " << size);
    const ops::LocalResponseNorm op{{7, 2, 3}, size, .05f, .75f, 3};
    check_close(evaluate(op, {in}), carried_on(op, in));
  }
}

TEST_CASE("local response normalisation of a negative base is no number") {
  // Bases 1, -3, -3, -2: channel 0 is lost.
  const ops::LocalResponseNorm op{{4, 1, 1}, 1, 1, .75f, 1};
  Values in{2, 0, 0, 1}, out(4);
  const Tensor from = planar_tensor(in.data(), op.shape), to = planar_tensor(out.data(), op.shape);
  op.define({&from, 1}, {&to, 1});
  CHECK(out[0] == 2);
  for (int c = 1; c < 4; ++c) CHECK(std::isnan(out[c]));
}

TEST_CASE("add sums its sources and activates") {
  const Shape shape{1, 1, 3};
  const ops::Add add{{shape, shape, shape}, Activation::leaky};
  check_close(evaluate(add, {{1, 2, -9}, {10, 20, -1}, {.5f, .5f, 0}}), {11.5f, 22.5f, -1});
}

TEST_CASE("add takes the channels that both have") {
  const Shape narrow{1, 1, 2}, wide{2, 1, 2};
  CHECK(evaluate(ops::Add{{narrow, wide}}, {{1, 2}, {10, 20, 30, 40}}) == Values{11, 22});
  CHECK(evaluate(ops::Add{{wide, narrow}}, {{10, 20, 30, 40}, {1, 2}}) == Values{11, 22, 30, 40});
}

TEST_CASE("add reads a source twice as large at every second cell") {
  CHECK(evaluate(ops::Add{{{1, 2, 2}, {1, 4, 4}}}, {{100, 200, 300, 400}, counting(16)}) ==
        Values{101, 203, 309, 411});
}

TEST_CASE("add puts a source half as large on every second cell") {
  CHECK(evaluate(ops::Add{{{1, 4, 4}, {1, 2, 2}}}, {Values(16, 0), counting(4)}) ==
        Values{1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0});
}

TEST_CASE("add of sizes that are no multiples covers the corner that both have") {
  CHECK(evaluate(ops::Add{{{1, 3, 3}, {1, 2, 2}}}, {Values(9, 1), counting(4)}) ==
        Values{2, 3, 1, 4, 5, 1, 1, 1, 1});
}

TEST_CASE("add weighs its sources") {
  using Add = ops::Add;
  const Shape shape{2, 1, 1};
  const auto add = [&](Add::Weights weights, Add::Normalization normalization, const Values& values) {
    return evaluate(Add{{shape, shape}, Activation::linear, weights, normalization}, {{1, 2}, {10, 20}},
                    {values});
  };
  check_close(add(Add::Weights::per_feature, Add::Normalization::none, {2, .5f}), {7, 14});
  check_close(add(Add::Weights::per_channel, Add::Normalization::none, {1, 2, 3, 4}), {31, 84});
  check_close(add(Add::Weights::per_feature, Add::Normalization::relu, {1, 3}), {31 / 4.0001f, 62 / 4.0001f});
  check_close(add(Add::Weights::per_channel, Add::Normalization::relu, {1, -1, 1, 2}),
              {11 / 2.0001f, 40 / 2.0001f});
  const auto half = static_cast<float>(1 / 2.0001);
  check_close(add(Add::Weights::per_feature, Add::Normalization::softmax, {7, 7}), {11 * half, 22 * half});
}

TEST_CASE("multiply takes a factor a channel, a pixel or a value") {
  using Factor = ops::Multiply::Factor;
  const Shape shape{2, 1, 2};
  CHECK(evaluate(ops::Multiply{shape, Factor::per_channel}, {{10, 100}, counting(4)}) ==
        Values{10, 20, 300, 400});
  CHECK(evaluate(ops::Multiply{shape, Factor::per_pixel}, {{10, 100}, counting(4)}) ==
        Values{10, 200, 30, 400});
  CHECK(evaluate(ops::Multiply{shape, Factor::full, Activation::relu}, {{1, -1, 2, 0}, counting(4)}) ==
        Values{1, 0, 6, 0});
}

TEST_CASE("blend takes shares of two values, the second its own or the rest") {
  const Shape shape{2, 1, 2};
  CHECK(evaluate(ops::Blend{shape}, {{1, .5f, 0, -1}, {10, 20, 30, 40}, {2, .5f, -1, 1}, {3, 8, 5, 6}}) ==
        Values{16, 14, -5, -34});
  CHECK(evaluate(ops::Blend{shape, true}, {{1, .5f, 0, .25f}, {10, 20, 30, 40}, {3, 8, 5, -8}}) ==
        Values{10, 14, 5, 4});
}

TEST_CASE("clamp cuts on both sides") {
  CHECK(evaluate(ops::Clamp{{1, 2, 3}, 2.5f}, {{-7, -2.5f, -1, 0, 2, 3}}) ==
        Values{-2.5f, -2.5f, -1, 0, 2, 2.5f});
}
