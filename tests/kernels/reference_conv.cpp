// Convolution against sums done by hand.
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
  const Shape shape{1, 3, 3};
  const auto out = evaluate(square(shape, shape, 3, 1), {{shape, counting(9)}}, shape,
                            {std::vector<float>(9, 1.f), {.5f}});
  CHECK(out == std::vector<float>{12.5, 21.5, 16.5, 27.5, 45.5, 33.5, 24.5, 39.5, 28.5});
}

TEST_CASE("conv is a cross-correlation: the kernel is not turned round") {
  const Shape shape{1, 3, 3};
  const auto out =
      evaluate(square(shape, shape, 3, 1), {{shape, {0, 0, 0, 0, 1, 0, 0, 0, 0}}}, shape, {counting(9), {}});
  CHECK(out == std::vector<float>{9, 8, 7, 6, 5, 4, 3, 2, 1});
}

TEST_CASE("conv sums over the channels of each image of a batch") {
  const Shape in{2, 1, 2}, out{1, 1, 2};
  const auto found = evaluate(square(in, out, 1, 0), {{in, {1, 2, 3, 4, 5, 6, 7, 8}}}, out, {{10, 100}});
  CHECK(found == std::vector<float>{310, 420, 750, 860});
}

TEST_CASE("conv has a stride for each direction, on odd sizes too") {
  const Shape in{1, 3, 5}, out{1, 3, 3};
  ops::Conv conv = square(in, out, 3, 1);
  conv.stride_x = 2;
  const auto found = evaluate(conv, {{in, counting(15)}}, out, {{0, 0, 0, 0, 1, 0, 0, 0, 0}, {}});
  CHECK(found == std::vector<float>{1, 3, 5, 6, 8, 10, 11, 13, 15});
}

TEST_CASE("conv with an even size pads by what is given") {
  const Shape in{1, 2, 2}, out{1, 3, 3};
  const auto found = evaluate(square(in, out, 2, 1), {{in, {1, 2, 3, 4}}}, out, {{1, 10, 100, 1000}, {}});
  CHECK(found == std::vector<float>{1000, 2100, 200, 3010, 4321, 402, 30, 43, 4});
}

TEST_CASE("conv dilates the kernel") {
  const Shape shape{1, 3, 3};
  ops::Conv conv = square(shape, shape, 3, 2);
  conv.dilation = 2;
  const auto out = evaluate(conv, {{shape, counting(9)}}, shape, {{1, 0, 0, 0, 100, 0, 0, 0, 10}, {}});
  CHECK(out == std::vector<float>{190, 200, 300, 400, 500, 600, 700, 800, 901});
}

TEST_CASE("conv keeps groups apart") {
  const Shape in{4, 1, 1}, out{2, 1, 1};
  ops::Conv conv = square(in, out, 1, 0);
  conv.groups = 2;
  CHECK(evaluate(conv, {{in, {1, 2, 3, 4}}}, out, {{1, 10, 100, 1000}, {}}) == std::vector<float>{21, 4300});
}

TEST_CASE("conv with as many groups as channels is depthwise") {
  const Shape in{3, 1, 1}, out{6, 1, 1};
  ops::Conv conv = square(in, out, 1, 0);
  conv.groups = 3;
  CHECK(evaluate(conv, {{in, {1, 2, 3}}}, out, {counting(6), {}}) == std::vector<float>{1, 2, 6, 8, 15, 18});
}

TEST_CASE("conv activates, adds the residual, and activates again") {
  const Shape shape{1, 1, 2};
  ops::Conv conv = square(shape, shape, 1, 0);
  conv.activation = Activation::leaky;
  conv.residual = true;
  conv.residual_activation = Activation::relu;
  check_close(evaluate(conv, {{shape, {2, 2}}, {shape, {.1f, .5f}}}, shape, {{-1}, {}}), {0, .3f});
}
