// Batch normalisation, normalisation over channels, sums, products and blends of tensors.
#include "kernels/ops/add.h"
#include "kernels/ops/batch_norm.h"
#include "kernels/ops/blend.h"
#include "kernels/ops/clamp.h"
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
