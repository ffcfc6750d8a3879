// Convolution against sums done by hand.
#include "kernels/ops/conv.h"
#include "kernels/ops/conv_xnor.h"
#include "kernels/ops/deconv.h"
#include "kernels/ops/local.h"
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

TEST_CASE("local has a filter and a bias in each place") {
  const ops::Local local{{1, 1, 3}, {2, 1, 3}};
  CHECK(evaluate(local, {{1, 2, 3}}, {{1, 10, 2, 20, 3, 30}, {100, 200, 300, 400, 500, 600}}) ==
        Values{101, 204, 309, 410, 540, 690});
}

TEST_CASE("local sums over the window's cells inside, channel by channel") {
  const ops::Local local{{2, 1, 2}, {1, 1, 2}, 3, 1, 1};
  Values weights = counting(9), tens = counting(9);
  for (float& w : tens) w *= 10;
  weights.insert(weights.end(), tens.begin(), tens.end());  // of the first place
  weights.resize(36, 1.f);                                  // of the second
  CHECK(evaluate(local, {{1, 2, 3, 4}}, {weights, {0, 0}}) == Values{5 + 12 + 150 + 240, 10});
}

TEST_CASE("local steps by its stride and activates") {
  const ops::Local local{{1, 1, 4}, {1, 1, 2}, 1, 2, 0, Activation::relu};
  CHECK(evaluate(local, {counting(4)}, {{1, -1}, {.5f, .5f}}) == Values{1.5f, 0});
}

TEST_CASE("deconv lays its filter over the output, a stride apart, and adds up") {
  const ops::Deconv deconv{{1, 1, 2}, {1, 3, 5}, 3, 2, 0};
  CHECK(evaluate(deconv, {{1, 2}}, {counting(9)}) ==
        Values{1, 2, 5, 4, 6, 4, 5, 14, 10, 12, 7, 8, 23, 16, 18});
}

TEST_CASE("deconv cuts its padding off, sums over channels, adds the bias and activates") {
  const ops::Deconv deconv{{2, 1, 2}, {1, 1, 3}, 3, 2, 1, Activation::relu, true};
  Values weights = counting(9);
  weights.resize(18, -1.f);  // of the second channel
  CHECK(evaluate(deconv, {{1, 2, 3, 4}}, {weights, {-2.5f}}) == Values{0, 4.5f, 3.5f});
}

TEST_CASE("deconv has zeros and the bias where a stride leaves gaps") {
  const ops::Deconv deconv{{1, 1, 2}, {1, 1, 4}, 1, 3, 0, Activation::linear, true};
  CHECK(evaluate(deconv, {{5, 6}}, {{10}, {1}}) == Values{51, 1, 1, 61});
}

TEST_CASE("deconv is what conv transposed is: both weigh each pair of cells alike") {
  ops::Conv conv;
  conv.in = {2, 5, 5}, conv.out = {3, 3, 3}, conv.size = 3, conv.stride_x = conv.stride_y = 2, conv.pad = 1;
  const ops::Deconv deconv{conv.out, conv.in, 3, 2, 1};
  const Values weights = counting(54), image = counting(50), sums = counting(27);
  Values turned;  // (channels, filters, taps)
  for (int c = 0; c < 2; ++c)
    for (int n = 0; n < 3; ++n)
      for (int t = 0; t < 9; ++t) turned.push_back(weights[(n * 2 + c) * 9 + t]);
  const auto dot = [](const Values& a, const Values& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += double{a[i]} * b[i];
    return sum;
  };
  CHECK(dot(evaluate(conv, {image}, {weights}), sums) == dot(evaluate(deconv, {sums}, {turned}), image));
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
