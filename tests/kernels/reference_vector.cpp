// Matrix times vector, and softmax over slices and trees.
#include "tests/kernels/reference_harness.h"

using namespace nightjar;
using namespace nightjar::test;

TEST_CASE("connected multiplies the input flattened channel by channel") {
  const Shape in{2, 1, 2}, out{2, 1, 1};
  ops::Connected connected{in, 2};
  const std::vector<float> weights{1, 10, 100, 1000, -1, 0, 0, 0};
  CHECK(evaluate(connected, {{in, counting(8)}}, out, {weights, {.5f, 0}}) ==
        std::vector<float>{4321.5f, -1, 8765.5f, -5});
  connected.activation = Activation::relu;
  CHECK(evaluate(connected, {{in, counting(4)}}, out, {weights}) == std::vector<float>{4321, 0});
}

TEST_CASE("softmax sums to one at every temperature, and large values do not overflow") {
  const Shape shape{2, 1, 1};
  const double e = std::exp(1.);
  const auto high = static_cast<float>(e / (1 + e));
  check_close(evaluate(ops::Softmax{shape, 1, 1, {}}, {{shape, {0, 1}}}, shape), {1 - high, high});
  check_close(evaluate(ops::Softmax{shape, 1, 2, {}}, {{shape, {0, 2}}}, shape), {1 - high, high});
  check_close(evaluate(ops::Softmax{shape, 1, 1, {}}, {{shape, {1000, 1001}}}, shape), {1 - high, high});
}

TEST_CASE("softmax over equal slices") {
  const Shape shape{2, 1, 2};
  check_close(evaluate(ops::Softmax{shape, 2, 1, {}}, {{shape, {5, 5, -3, -3}}}, shape),
              {.5f, .5f, .5f, .5f});
}

TEST_CASE("softmax over the groups of a tree, again for the next run of classes") {
  const Shape shape{6, 1, 1};
  check_close(evaluate(ops::Softmax{shape, 1, 1, {1, 2}}, {{shape, {9, 1, 1, 4, 2, 2}}}, shape),
              {1, .5f, .5f, 1, .5f, .5f});
}
