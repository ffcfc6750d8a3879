// Convolution against sums done by hand.
#include "kernels/ops/conv_xnor.h"
#include "tests/kernels/reference_harness.h"

using namespace nightjar;
using namespace nightjar::test;

namespace {

ops::Conv square(Shape in, Shape out, int size, int pad) {
  ops::Conv conv;
  conv.in = in;
  conv.out = out;
  conv.size = size;
  conv.pad = pad;
  return conv;
}

}  // namespace

TEST_CASE("conv adds the window and the bias, with zeros outside") {
  ops::Conv conv = square({1, 3, 3}, {1, 3, 3}, 3, 1);
  conv.bias = true;
  CHECK(evaluate(conv, {counting(9)}, {Values(9, 1.f), {.5f}}) ==
        Values{12.5, 21.5, 16.5, 27.5, 45.5, 33.5, 24.5, 39.5, 28.5});
}

TEST_CASE("conv is a cross-correlation: the kernel is not turned round") {
  const ops::Conv conv = square({1, 3, 3}, {1, 3, 3}, 3, 1);
  CHECK(evaluate(conv, {{0, 0, 0, 0, 1, 0, 0, 0, 0}}, {counting(9)}) == Values{9, 8, 7, 6, 5, 4, 3, 2, 1});
}

TEST_CASE("conv sums over the channels of each image of a batch") {
  const ops::Conv conv = square({2, 1, 2}, {1, 1, 2}, 1, 0);
  CHECK(evaluate(conv, {counting(8)}, {{10, 100}}) == Values{310, 420, 750, 860});
}

TEST_CASE("conv has a stride for each direction, on odd sizes too") {
  ops::Conv conv = square({1, 3, 5}, {1, 3, 3}, 3, 1);
  conv.stride_x = 2;
  CHECK(evaluate(conv, {counting(15)}, {{0, 0, 0, 0, 1, 0, 0, 0, 0}}) ==
        Values{1, 3, 5, 6, 8, 10, 11, 13, 15});
}

TEST_CASE("conv with an even size pads by what is given") {
  const ops::Conv conv = square({1, 2, 2}, {1, 3, 3}, 2, 1);
  CHECK(evaluate(conv, {counting(4)}, {{1, 10, 100, 1000}}) ==
        Values{1000, 2100, 200, 3010, 4321, 402, 30, 43, 4});
}

TEST_CASE("conv dilates the kernel") {
  ops::Conv conv = square({1, 3, 3}, {1, 3, 3}, 3, 2);
  conv.dilation = 2;
  CHECK(evaluate(conv, {counting(9)}, {{1, 0, 0, 0, 100, 0, 0, 0, 10}}) ==
        Values{190, 200, 300, 400, 500, 600, 700, 800, 901});
}

TEST_CASE("conv keeps groups apart") {
  ops::Conv conv = square({4, 1, 1}, {2, 1, 1}, 1, 0);
  conv.groups = 2;
  CHECK(evaluate(conv, {counting(4)}, {{1, 10, 100, 1000}}) == Values{21, 4300});
}

TEST_CASE("conv with as many groups as channels is depthwise") {
  ops::Conv conv = square({3, 1, 1}, {6, 1, 1}, 1, 0);
  conv.groups = 3;
  CHECK(evaluate(conv, {counting(3)}, {counting(6)}) == Values{1, 2, 6, 8, 15, 18});
}

TEST_CASE("conv activates, adds the residual, and activates again") {
  ops::Conv conv = square({1, 1, 2}, {1, 1, 2}, 1, 0);
  conv.activation = Activation::leaky;
  conv.residual = true;
  conv.residual_activation = Activation::relu;
  check_close(evaluate(conv, {{2, 2}, {.1f, .5f}}, {{-1}}), {0, .3f});
}

TEST_CASE("conv of signs adds those that agree, less those that do not, times the mean weight") {
  ops::ConvXnor op{square({3, 1, 2}, {2, 1, 2}, 1, 0)};
  op.conv.bias = true;
  // Signs of the pixels + - - and - + +; of the filters + - + (mean 2) and - - + (mean 1).
  CHECK(evaluate(op, {{.1f, -5, -1, 7, -3, 2}}, {{1, -2, 3, -.5f, -.5f, 2}, {10, .5f}}) ==
        Values{10 + 2, 10 - 2, .5f - 1, .5f + 1});
}

TEST_CASE("conv of signs takes zeros of either kind, and NaN, for -1") {
  const ops::ConvXnor op{square({1, 1, 4}, {1, 1, 4}, 1, 0)};
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(evaluate(op, {{0, -0.f, nan, 1e-45f}}, {{3}}) == Values{-3, -3, -3, 3});
  CHECK(evaluate(op, {{1, 1, -1, -1}}, {{0}}) == Values{0, 0, 0, 0});
  const ops::ConvXnor two{square({2, 1, 1}, {1, 1, 1}, 1, 0)};
  CHECK(evaluate(two, {{1, 1}}, {{2, 0}}) == Values{0});  // mean 1, signs + and -
}

TEST_CASE("conv of signs: what lies outside counts as 0, or as -1") {
  ops::ConvXnor op{square({1, 2, 2}, {1, 2, 2}, 3, 1)};
  const Values image{1, 1, 1, -1}, weights{1, 1, 1, 1, 1, 1, -1, -1, -1};
  CHECK(evaluate(op, {image}, {weights}) == Values{2, 2, 2, 2});
  // Of the upper cells the upper row and a cell each of the others lie outside, 3 + 1 - 1; of the lower ones
  // 1 + 1 - 3.
  op.outside = ops::ConvXnor::Outside::minus_one;
  CHECK(evaluate(op, {image}, {weights}) == Values{2 - 3, 2 - 3, 2 + 1, 2 + 1});
}

TEST_CASE("conv of signs has strides, dilation, residual and activations of any other") {
  ops::ConvXnor op{square({1, 1, 5}, {1, 1, 3}, 1, 0)};
  op.conv.stride_x = 2;
  op.conv.activation = Activation::leaky;
  op.conv.residual = true;
  op.conv.residual_activation = Activation::relu;
  CHECK(Op(op).words() == "conv 1x1/2 + leaky + add + relu xnor");
  check_close(evaluate(op, {{1, 0, -1, 0, 2}, {.5f, .5f, -9}}, {{2}}), {2.5f, .3f, 0});
  CHECK(Op(op).flops() == 0);  // 6 in words of 32
}

TEST_CASE("conv of signs has no groups") {
  ops::ConvXnor op{square({2, 1, 1}, {2, 1, 1}, 1, 0)};
  CHECK(op.agrees());
  op.conv.groups = 2;
  CHECK(op.conv.agrees());
  CHECK_FALSE(op.agrees());
}
