// Every activation at points on each of its branches; values from the formulas of docs/darknet-format.md
// section 4.1.
#include <limits>

#include "kernels/ops/activate.h"
#include "kernels/reference/reference.h"
#include "tests/kernels/reference_harness.h"

using namespace nightjar;
using namespace nightjar::test;

namespace {

struct Case {
  Activation activation;
  Values expected;  // at `points`
};

const Values points = {-5, -1, .5f, 1.5f, 7};

const Case cases[] = {
    {Activation::linear, {-5, -1, .5f, 1.5f, 7}},
    {Activation::leaky, {-.5f, -.1f, .5f, 1.5f, 7}},
    {Activation::logistic, {.00669285f, .26894142f, .62245933f, .81757448f, .99908895f}},
    {Activation::loggy, {-.98661430f, -.46211716f, .24491866f, .63514895f, .99817789f}},
    {Activation::relu, {0, 0, .5f, 1.5f, 7}},
    {Activation::relu6, {0, 0, .5f, 1.5f, 6}},
    {Activation::relie, {-.05f, -.01f, .5f, 1.5f, 7}},
    {Activation::ramp, {-.5f, -.1f, .55f, 1.65f, 7.7f}},
    {Activation::elu, {-.99326205f, -.63212056f, .5f, 1.5f, 7}},
    {Activation::selu, {-1.74618572f, -1.11128769f, .52535f, 1.57605f, 7.3549f}},
    {Activation::tanh, {-.99990920f, -.76159416f, .46211716f, .90514825f, .99999834f}},
    {Activation::plse, {-.01f, .375f, .5625f, .6875f, 1.03f}},
    {Activation::hardtan, {-1, -1, .5f, 1, 1}},
    {Activation::lhtan, {-.005f, -.001f, .5f, 1.0005f, 1.006f}},
    {Activation::stair, {-3, -1, 0, .5f, 3}},
    {Activation::swish, {-.03346425f, -.26894142f, .31122967f, 1.22636171f, 6.99362264f}},
    {Activation::mish, {-.03357624f, -.30340146f, .37524521f, 1.40337827f, 6.99998838f}},
    {Activation::hard_mish, {0, -.5f, .5f, 1.5f, 7}},
    {Activation::gelu, {0, -.15880800f, .34571405f, 1.39957144f, 7}},
};

}  // namespace

TEST_CASE("every activation has its formula") {
  for (const auto& [activation, expected] : cases) {
    INFO(name_of(activation));
    check_close(evaluate(ops::Activate{{5, 1, 1}, activation}, {points}), expected);
  }
}

TEST_CASE("the cases above leave no activation out") {
  REQUIRE(std::size(cases) == std::size_t{activation_count});
  for (std::size_t i = 0; i < std::size(cases); ++i) CHECK(cases[i].activation == static_cast<Activation>(i));
}

TEST_CASE("stair rises in its odd steps only") {
  check_close(evaluate(ops::Activate{{4, 1, 1}, Activation::stair}, {{-2.5f, 2.75f, 3.25f, -.25f}}),
              {-1.5f, 1, 1.25f, -.25f});
}

TEST_CASE("activations stay finite far from zero, and pass NaN on") {
  for (const Case& c : cases) {
    INFO(name_of(c.activation));
    for (const float x : {-1000.f, -100.f, 100.f, 1000.f})
      CHECK(std::isfinite(reference::activate(c.activation, x)));
    CHECK(std::isnan(reference::activate(c.activation, std::numeric_limits<float>::quiet_NaN())));
  }
}
