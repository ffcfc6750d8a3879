// Copies, crops, constants, upsampling, both permutations of [reorg] and [reorg3d] in both directions, other
// shapes, concatenation.
#include "kernels/ops/concat.h"
#include "kernels/ops/constant.h"
#include "kernels/ops/copy.h"
#include "kernels/ops/crop.h"
#include "kernels/ops/reorg.h"
#include "kernels/ops/reshape.h"
#include "kernels/ops/upsample.h"
#include "tests/kernels/reference_harness.h"

using namespace nightjar;
using namespace nightjar::test;

TEST_CASE("copy leaves every value where it is") {
  CHECK(evaluate(ops::Copy{{3, 2, 2}}, {counting(24)}) == counting(24));
}

TEST_CASE("upsample repeats cells and scales them") {
  CHECK(evaluate(ops::Upsample{{1, 1, 2}, {1, 2, 4}, 2, false, .5f}, {{2, 4}}) ==
        Values{1, 1, 2, 2, 1, 1, 2, 2});
}

TEST_CASE("downsample sums cells and leaves out what is over") {
  CHECK(evaluate(ops::Upsample{{1, 2, 5}, {1, 1, 2}, 2, true, 10}, {counting(10)}) == Values{160, 240});
}

TEST_CASE("reorg3d is space-to-depth") {
  CHECK(evaluate(ops::Reorg{{2, 2, 4}, {8, 1, 2}, 2, false, true}, {counting(16)}) ==
        Values{1, 3, 9, 11, 2, 4, 10, 12, 5, 7, 13, 15, 6, 8, 14, 16});
}

TEST_CASE(
    "reorg reads the flat input as if it were one of a quarter of the channels and four times the area") {
  // (4, 2, 2) taken as (1, 4, 4): channel k of the flat result collects every second cell from (k / 2, k %
  // 2).
  CHECK(evaluate(ops::Reorg{{4, 2, 2}, {16, 1, 1}, 2, false, false}, {counting(16)}) ==
        Values{1, 3, 9, 11, 2, 4, 10, 12, 5, 7, 13, 15, 6, 8, 14, 16});
}

TEST_CASE("reorg of several groups of channels") {
  // (8, 2, 2) taken as (2, 4, 4): channels 0 and 1 of the result come from its two channels, at (0, 0).
  const Values found = evaluate(ops::Reorg{{8, 2, 2}, {32, 1, 1}, 2, false, false}, {counting(32)});
  CHECK(Values(found.begin(), found.begin() + 12) == Values{1, 3, 9, 11, 17, 19, 25, 27, 2, 4, 10, 12});
}

TEST_CASE("reorg in reverse is depth-to-space") {
  const Values folded{1, 3, 9, 11, 2, 4, 10, 12, 5, 7, 13, 15, 6, 8, 14, 16};
  CHECK(evaluate(ops::Reorg{{8, 1, 2}, {2, 2, 4}, 2, true, false}, {folded}) == counting(16));
}

TEST_CASE("reorg3d in reverse undoes reorg forwards") {
  const Shape shape{4, 2, 2}, folded{16, 1, 1};
  const Values there = evaluate(ops::Reorg{shape, folded, 2, false, false}, {counting(16)});
  CHECK(evaluate(ops::Reorg{folded, shape, 2, true, true}, {there}) == counting(16));
}

TEST_CASE("concat puts slices one after the other") {
  const Shape two{2, 1, 2}, three{3, 1, 2};
  CHECK(evaluate(ops::Concat{{{two, 0, 2}, {three, 1, 1}}}, {counting(4), {10, 20, 30, 40, 50, 60}}) ==
        Values{1, 2, 3, 4, 30, 40});
}

TEST_CASE("crop takes a part, scaled and shifted") {
  const ops::Crop crop{{1, 4, 5}, {1, 2, 2}, 1, 2, 2, -1};
  CHECK(evaluate(crop, {counting(20)}) == Values{15, 17, 25, 27});
}

TEST_CASE("reshape keeps the order and puts zeros behind") {
  CHECK(evaluate(ops::Reshape{{2, 1, 2}, {5, 1, 1}}, {counting(8)}) == Values{1, 2, 3, 4, 0, 5, 6, 7, 8, 0});
}

TEST_CASE("reshape by columns turns planes into pixels, and back") {
  const Shape shape{2, 1, 3};
  CHECK(evaluate(ops::Reshape{shape, shape, 2}, {counting(6)}) == Values{1, 4, 2, 5, 3, 6});
  CHECK(evaluate(ops::Reshape{shape, shape, 3}, {{1, 4, 2, 5, 3, 6}}) == counting(6));
}

TEST_CASE("a constant is there for each image, whatever it shows") {
  CHECK(evaluate(ops::Constant{{1, 1, 1}, {2, 2, 1}}, {{7, 8}}, {counting(4)}) ==
        Values{1, 2, 3, 4, 1, 2, 3, 4});
}
