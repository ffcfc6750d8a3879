// Matrix times vector, and softmax over slices and trees.
#include "kernels/ops/connected.h"
#include "kernels/ops/softmax.h"
#include "tests/kernels/reference_harness.h"

using namespace nightjar;
using namespace nightjar::test;

TEST_CASE("connected multiplies the input flattened channel by channel") {
  ops::Connected connected{{2, 1, 2}, 2, Activation::linear, true};
  const Values weights{1, 10, 100, 1000, -1, 0, 0, 0};
  CHECK(evaluate(connected, {counting(8)}, {weights, {.5f, 0}}) == Values{4321.5f, -1, 8765.5f, -5});
  connected.activation = Activation::relu;
  connected.bias = false;
  CHECK(evaluate(connected, {counting(4)}, {weights}) == Values{4321, 0});
}

TEST_CASE("softmax sums to one at every temperature, and large values do not overflow") {
  const double e = std::exp(1.);
  const auto high = static_cast<float>(e / (1 + e));
  const auto softmax = [](float temperature, const Values& values) {
    return evaluate(ops::Softmax{{2, 1, 1}, 1, temperature, {}}, {values});
  };
  check_close(softmax(1, {0, 1}), {1 - high, high});
  check_close(softmax(2, {0, 2}), {1 - high, high});
  check_close(softmax(1, {1000, 1001}), {1 - high, high});
}

TEST_CASE("softmax over equal slices") {
  check_close(evaluate(ops::Softmax{{2, 1, 2}, 2, 1, {}}, {{5, 5, -3, -3}}), {.5f, .5f, .5f, .5f});
}

TEST_CASE("softmax over the groups of a tree, again for the next run of classes") {
  check_close(evaluate(ops::Softmax{{6, 1, 1}, 1, 1, {1, 2}}, {{9, 1, 1, 4, 2, 2}}),
              {1, .5f, .5f, 1, .5f, .5f});
}

TEST_CASE("softmax leaves the rest as it is") {
  check_close(evaluate(ops::Softmax{{5, 1, 1}, 2, 1, {}, 1}, {{5, 5, -3, -3, 7}}), {.5f, .5f, .5f, .5f, 7});
  check_close(evaluate(ops::Softmax{{2, 1, 3}, 1, 1, {1, 2}, 3}, {{9, 1, 1, 4, 2, 3}}),
              {1, .5f, .5f, 4, 2, 3});
  CHECK_FALSE(ops::Softmax{{5, 1, 1}, 2, 1, {}, 2}.agrees());
  CHECK_FALSE(ops::Softmax{{5, 1, 1}, 1, 1, {}, 5}.agrees());
}
