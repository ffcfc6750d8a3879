// Upsampling, both permutations of [reorg] and [reorg3d] in both directions, concatenation.
#include "tests/kernels/reference_harness.h"

using namespace nightjar;
using namespace nightjar::test;

namespace {

ops::Reorg reorg(Shape in, Shape out, bool reverse, bool space_to_depth) {
  return {in, out, 2, reverse, space_to_depth};
}

}  // namespace

TEST_CASE("upsample repeats cells and scales them") {
  const Shape in{1, 1, 2}, out{1, 2, 4};
  CHECK(evaluate(ops::Upsample{in, out, 2, false, .5f}, {{in, {2, 4}}}, out) ==
        std::vector<float>{1, 1, 2, 2, 1, 1, 2, 2});
}

TEST_CASE("downsample sums cells and leaves out what is over") {
  const Shape in{1, 2, 5}, out{1, 1, 2};
  CHECK(evaluate(ops::Upsample{in, out, 2, true, 10}, {{in, counting(10)}}, out) ==
        std::vector<float>{160, 240});
}

TEST_CASE("reorg3d is space-to-depth") {
  const Shape in{2, 2, 4}, out{8, 1, 2};
  CHECK(evaluate(reorg(in, out, false, true), {{in, counting(16)}}, out) ==
        std::vector<float>{1, 3, 9, 11, 2, 4, 10, 12, 5, 7, 13, 15, 6, 8, 14, 16});
}

TEST_CASE(
    "reorg reads the flat input as if it were one of a quarter of the channels and four times the area") {
  // (4, 2, 2) taken as (1, 4, 4): channel k of the flat result collects every second cell from (k / 2, k %
  // 2).
  const Shape in{4, 2, 2}, out{16, 1, 1};
  CHECK(evaluate(reorg(in, out, false, false), {{in, counting(16)}}, out) ==
        std::vector<float>{1, 3, 9, 11, 2, 4, 10, 12, 5, 7, 13, 15, 6, 8, 14, 16});
}

TEST_CASE("reorg of several groups of channels") {
  // (8, 2, 2) taken as (2, 4, 4): channels 0 and 1 of the result come from its two channels, at (0, 0).
  const Shape in{8, 2, 2}, out{32, 1, 1};
  const auto found = evaluate(reorg(in, out, false, false), {{in, counting(32)}}, out);
  CHECK(std::vector<float>(found.begin(), found.begin() + 12) ==
        std::vector<float>{1, 3, 9, 11, 17, 19, 25, 27, 2, 4, 10, 12});
}

TEST_CASE("reorg in reverse is depth-to-space") {
  const Shape in{8, 1, 2}, out{2, 2, 4};
  const std::vector<float> folded{1, 3, 9, 11, 2, 4, 10, 12, 5, 7, 13, 15, 6, 8, 14, 16};
  CHECK(evaluate(reorg(in, out, true, false), {{in, folded}}, out) == counting(16));
}

TEST_CASE("reorg3d in reverse undoes reorg forwards") {
  const Shape shape{4, 2, 2}, folded{16, 1, 1};
  const auto there = evaluate(reorg(shape, folded, false, false), {{shape, counting(16)}}, folded);
  CHECK(evaluate(reorg(folded, shape, true, true), {{folded, there}}, shape) == counting(16));
}

TEST_CASE("concat puts slices one after the other") {
  const Shape two{2, 1, 2}, three{3, 1, 2}, out{3, 1, 2};
  const ops::Concat concat{out, {{0, 2}, {1, 1}}};
  CHECK(evaluate(concat, {{two, counting(4)}, {three, {10, 20, 30, 40, 50, 60}}}, out) ==
        std::vector<float>{1, 2, 3, 4, 30, 40});
}
