// Pooling: window positions, odd sizes, padding on the side where Darknet puts it.
#include "kernels/ops/avg_pool.h"
#include "kernels/ops/local_avg_pool.h"
#include "kernels/ops/max_pool.h"
#include "kernels/ops/max_pool_depth.h"
#include "tests/kernels/reference_harness.h"

using namespace nightjar;
using namespace nightjar::test;

TEST_CASE("maxpool 2/2 of even and odd sizes") {
  const Shape even{1, 2, 4}, odd{1, 3, 3}, half{1, 2, 2};
  CHECK(evaluate(ops::MaxPool{even, {1, 1, 2}, 2, 2, 2, 1}, {counting(8)}) == Values{6, 8});
  CHECK(evaluate(ops::MaxPool{odd, half, 2, 2, 2, 1}, {counting(9)}) == Values{5, 6, 8, 9});
}

TEST_CASE("maxpool 2/1 keeps the size and pads right and below") {
  const Shape shape{1, 2, 3};
  CHECK(evaluate(ops::MaxPool{shape, shape, 2, 1, 1, 1}, {{9, 1, 2, 3, 4, 5}}) == Values{9, 5, 5, 4, 5, 5});
}

TEST_CASE("maxpool 3/1 pads on all sides") {
  const Shape shape{1, 3, 3};
  CHECK(evaluate(ops::MaxPool{shape, shape, 3, 1, 1, 2}, {{9, 1, 1, 1, 2, 1, 1, 1, 3}}) ==
        Values{9, 9, 2, 9, 9, 3, 2, 3, 3});
}

TEST_CASE("maxpool without padding drops what is left over, with a stride for each direction") {
  const ops::MaxPool pool{{1, 3, 5}, {1, 2, 2}, 2, 2, 1, 0};
  CHECK(evaluate(pool, {counting(15)}) == Values{7, 9, 12, 14});
}

TEST_CASE("maxpool: cells outside do not count as zeros") {
  const Shape shape{1, 1, 2};
  CHECK(evaluate(ops::MaxPool{shape, shape, 3, 1, 1, 2}, {{-5, -7}}) == Values{-5, -5});
}

TEST_CASE("maxpool: what is not a number does not count, wherever it stands") {
  const float nan = std::numeric_limits<float>::quiet_NaN(), least = std::numeric_limits<float>::lowest();
  const ops::MaxPool pool{{1, 2, 3}, {1, 1, 3}, 2, 1, 2, 1};
  CHECK(evaluate(pool, {{nan, 1, nan, 2, nan, nan}}) == Values{2, 1, least});
  CHECK(evaluate(ops::MaxPoolDepth{{4, 1, 1}, {2, 1, 1}}, {{nan, nan, 7, nan}}) == Values{7, least});
}

TEST_CASE("maxpool over channels takes every n-th") {
  const ops::MaxPoolDepth pool{{4, 1, 2}, {2, 1, 2}};
  CHECK(evaluate(pool, {{1, 8, 2, 7, 3, 6, -4, 5}}) == Values{3, 8, 2, 7});
}

TEST_CASE("local average counts the cells inside only") {
  const Shape shape{1, 2, 3};
  check_close(evaluate(ops::LocalAvgPool{shape, shape, 2, 1, 1, 1}, {counting(6)}),
              {3, 4, 4.5f, 4.5f, 5.5f, 6});
}

TEST_CASE("average over the image, a batch of two") {
  CHECK(evaluate(ops::AvgPool{{2, 1, 2}}, {counting(8)}) == Values{1.5f, 3.5f, 5.5f, 7.5f});
}
