// Pooling: window positions, odd sizes, padding on the side where Darknet puts it.
#include "tests/kernels/reference_harness.h"

using namespace nightjar;
using namespace nightjar::test;

TEST_CASE("maxpool 2/2 of even and odd sizes") {
  const Shape even{1, 2, 4}, odd{1, 3, 3}, half{1, 2, 2};
  CHECK(evaluate(ops::MaxPool{even, {1, 1, 2}, 2, 2, 2, 1}, {{even, counting(8)}}, {1, 1, 2}) ==
        std::vector<float>{6, 8});
  CHECK(evaluate(ops::MaxPool{odd, half, 2, 2, 2, 1}, {{odd, counting(9)}}, half) ==
        std::vector<float>{5, 6, 8, 9});
}

TEST_CASE("maxpool 2/1 keeps the size and pads right and below") {
  const Shape shape{1, 2, 3};
  CHECK(evaluate(ops::MaxPool{shape, shape, 2, 1, 1, 1}, {{shape, {9, 1, 2, 3, 4, 5}}}, shape) ==
        std::vector<float>{9, 5, 5, 4, 5, 5});
}

TEST_CASE("maxpool 3/1 pads on all sides") {
  const Shape shape{1, 3, 3};
  CHECK(evaluate(ops::MaxPool{shape, shape, 3, 1, 1, 2}, {{shape, {9, 1, 1, 1, 2, 1, 1, 1, 3}}}, shape) ==
        std::vector<float>{9, 9, 2, 9, 9, 3, 2, 3, 3});
}

TEST_CASE("maxpool without padding drops what is left over, with a stride for each direction") {
  const Shape in{1, 3, 5}, out{1, 2, 2};
  const ops::MaxPool pool{in, out, 2, 2, 1, 0};
  CHECK(evaluate(pool, {{in, counting(15)}}, out) == std::vector<float>{7, 9, 12, 14});
}

TEST_CASE("maxpool: cells outside do not count as zeros") {
  const Shape shape{1, 1, 2};
  CHECK(evaluate(ops::MaxPool{shape, shape, 3, 1, 1, 2}, {{shape, {-5, -7}}}, shape) ==
        std::vector<float>{-5, -5});
}

TEST_CASE("maxpool over channels takes every n-th") {
  const Shape in{4, 1, 2}, out{2, 1, 2};
  CHECK(evaluate(ops::MaxPoolDepth{in, out}, {{in, {1, 8, 2, 7, 3, 6, -4, 5}}}, out) ==
        std::vector<float>{3, 8, 2, 7});
}

TEST_CASE("local average counts the cells inside only") {
  const Shape shape{1, 2, 3};
  check_close(evaluate(ops::LocalAvgPool{shape, shape, 2, 1, 1, 1}, {{shape, counting(6)}}, shape),
              {3, 4, 4.5f, 4.5f, 5.5f, 6});
}

TEST_CASE("average over the image, a batch of two") {
  const Shape in{2, 1, 2}, out{2, 1, 1};
  CHECK(evaluate(ops::AvgPool{in}, {{in, counting(8)}}, out) == std::vector<float>{1.5f, 3.5f, 5.5f, 7.5f});
}
