// Batch normalisation, normalisation over channels, sums and products of tensors.
#include "tests/kernels/reference_harness.h"

using namespace nightjar;
using namespace nightjar::test;

TEST_CASE("the input is left as it is") {
  const Tensor nothing;
  reference::run(ops::Input{}, {}, {}, nothing);
  SUCCEED();
}

TEST_CASE("batch normalisation takes bias, scale, mean, variance a channel") {
  const Shape shape{2, 1, 2};
  const float variance = 4 - 1e-5f;
  const auto out = evaluate(ops::BatchNorm{shape}, {{shape, {1, 3, 10, 20}}}, shape,
                            {{.5f, 0}, {3, 1}, {1, 10}, {variance, 25 - 1e-5f}});
  check_close(out, {.5f, 3.5f, 0, 2});
}

TEST_CASE("batch normalisation of a constant channel stays finite") {
  const Shape shape{1, 1, 1};
  check_close(evaluate(ops::BatchNorm{shape}, {{shape, {1.5f}}}, shape, {{0}, {1}, {1}, {0}}), {158.11388f});
}

TEST_CASE("channels are normalised at each pixel") {
  using Kind = ops::NormalizeChannels::Kind;
  const Shape shape{2, 1, 2};
  const Operand in{shape, {1, -2, 3, 2}};
  check_close(evaluate(ops::NormalizeChannels{shape, Kind::relu}, {in}, shape),
              {1 / 4.0001f, 0, 3 / 4.0001f, 2 / 2.0001f});
  const double e = std::exp(1.);
  const auto share = [](double part, double sum) { return static_cast<float>(part / (sum + 1e-4)); };
  const double e2 = e * e, e3 = e2 * e;
  check_close(evaluate(ops::NormalizeChannels{shape, Kind::softmax}, {in}, shape),
              {share(e, e + e3), share(1 / e2, 1 / e2 + e2), share(e3, e + e3), share(e2, 1 / e2 + e2)});
  check_close(evaluate(ops::NormalizeChannels{shape, Kind::softmax_maxval}, {in}, shape),
              {share(1 / e2, 1 / e2 + 1), share(1 / e2 / e2, 1 / e2 / e2 + 1), share(1, 1 / e2 + 1),
               share(1, 1 / e2 / e2 + 1)});
}

TEST_CASE("add sums its inputs and activates") {
  const Shape shape{1, 1, 3};
  const ops::Add add{.shape = shape, .inputs = 3, .activation = Activation::leaky};
  const auto out = evaluate(add, {{shape, {1, 2, -9}}, {shape, {10, 20, -1}}, {shape, {.5f, .5f, 0}}}, shape);
  check_close(out, {11.5f, 22.5f, -1});
}

TEST_CASE("add takes the channels that both have") {
  const Shape narrow{1, 1, 2}, wide{2, 1, 2};
  CHECK(evaluate(ops::Add{narrow}, {{narrow, {1, 2}}, {wide, {10, 20, 30, 40}}}, narrow) ==
        std::vector<float>{11, 22});
  CHECK(evaluate(ops::Add{wide}, {{wide, {10, 20, 30, 40}}, {narrow, {1, 2}}}, wide) ==
        std::vector<float>{11, 22, 30, 40});
}

TEST_CASE("add reads a source twice as large at every second cell") {
  const Shape shape{1, 2, 2}, large{1, 4, 4};
  CHECK(evaluate(ops::Add{shape}, {{shape, {100, 200, 300, 400}}, {large, counting(16)}}, shape) ==
        std::vector<float>{101, 203, 309, 411});
}

TEST_CASE("add puts a source half as large on every second cell") {
  const Shape shape{1, 4, 4}, small{1, 2, 2};
  CHECK(evaluate(ops::Add{shape}, {{shape, std::vector<float>(16, 0)}, {small, counting(4)}}, shape) ==
        std::vector<float>{1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0});
}

TEST_CASE("add of sizes that are no multiples covers the corner that both have") {
  const Shape shape{1, 1, 4}, shorter{1, 1, 3};
  CHECK(evaluate(ops::Add{shape}, {{shape, {1, 1, 1, 1}}, {shorter, {1, 2, 3}}}, shape) ==
        std::vector<float>{2, 3, 4, 1});
}

TEST_CASE("add weighs its inputs") {
  using Add = ops::Add;
  const Shape shape{2, 1, 1};
  const std::vector<Operand> in = {{shape, {1, 2}}, {shape, {10, 20}}};
  const auto add = [&](Add::Weights weights, Add::Normalization normalization, std::vector<float> values) {
    return evaluate(Add{shape, 2, Activation::linear, weights, normalization}, in, shape,
                    {std::move(values)});
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
  const Operand values{shape, {1, 2, 3, 4}};
  CHECK(evaluate(ops::Multiply{shape, Factor::per_channel}, {{{2, 1, 1}, {10, 100}}, values}, shape) ==
        std::vector<float>{10, 20, 300, 400});
  CHECK(evaluate(ops::Multiply{shape, Factor::per_pixel}, {{{1, 1, 2}, {10, 100}}, values}, shape) ==
        std::vector<float>{10, 200, 30, 400});
  CHECK(evaluate(ops::Multiply{shape, Factor::full, Activation::relu}, {{shape, {1, -1, 2, 0}}, values},
                 shape) == std::vector<float>{1, 0, 6, 0});
}
