// Which planes of a detection head are squashed, stretched or left alone.
#include "kernels/ops/heads/gaussian_head.h"
#include "kernels/ops/heads/region_head.h"
#include "kernels/ops/heads/yolo_head.h"
#include "tests/kernels/reference_harness.h"

using namespace nightjar;
using namespace nightjar::test;

namespace {

Values ones(int planes) {
  return Values(planes, 1.f);
}
const float squashed = .73105858f;  // logistic(1)

}  // namespace

TEST_CASE("yolo squashes all planes but the size, for each anchor") {
  const Values anchor{squashed, squashed, 1, 1, squashed, squashed, squashed};
  Values expected = anchor;
  expected.insert(expected.end(), anchor.begin(), anchor.end());
  check_close(evaluate(ops::YoloHead{{14, 1, 1}, 2, 2, 1, false}, {ones(14)}), expected);
}

TEST_CASE("yolo stretches the centre around one half") {
  const float centre = 2 * squashed - .5f;
  check_close(evaluate(ops::YoloHead{{6, 1, 1}, 1, 1, 2, false}, {ones(6)}),
              {centre, centre, 1, 1, squashed, squashed});
}

TEST_CASE("yolo with new_coords only stretches") {
  check_close(evaluate(ops::YoloHead{{6, 1, 1}, 1, 1, 2, true}, {{.5f, 1, .25f, .25f, .75f, .75f}}),
              {.5f, 1.5f, .25f, .25f, .75f, .75f});
}

TEST_CASE("Gaussian yolo leaves the two sizes alone") {
  const float s = squashed, centre = 1.5f * squashed - .25f;
  check_close(evaluate(ops::GaussianHead{{10, 1, 1}, 1, 1, 1.5f}, {ones(10)}),
              {centre, s, centre, s, 1, s, 1, s, s, s});
}

TEST_CASE("region treats classes in four ways") {
  using Classes = ops::RegionHead::Classes;
  const float s = squashed, third = 1 / 3.f, two = .88079708f;
  const auto region = [](Classes classes) {
    return evaluate(ops::RegionHead{{8, 1, 1}, 1, 3, 4, classes, {1, 2}}, {{1, 1, 1, 1, 1, 2, 2, 2}});
  };
  check_close(region(Classes::raw), {s, s, 1, 1, s, 2, 2, 2});
  check_close(region(Classes::logistic), {s, s, 1, 1, s, two, two, two});
  check_close(region(Classes::softmax), {s, s, 1, 1, s, third, third, third});
  check_close(region(Classes::tree), {s, s, 1, 1, s, 1, .5f, .5f});
}

TEST_CASE("region takes each anchor's and each cell's classes for themselves") {
  Values values(28, 0);               // two anchors, two classes, two cells
  values[5 * 2 + 1] = std::log(3.f);  // anchor 0, class 0, cell 1
  values[13 * 2] = std::log(4.f);     // anchor 1, class 1, cell 0
  const Values out =
      evaluate(ops::RegionHead{{14, 1, 2}, 2, 2, 4, ops::RegionHead::Classes::softmax, {}}, {values});
  CHECK(out[5 * 2] == Approx(.5));
  CHECK(out[5 * 2 + 1] == Approx(.75));
  CHECK(out[6 * 2 + 1] == Approx(.25));
  CHECK(out[12 * 2] == Approx(.2));
  CHECK(out[13 * 2] == Approx(.8));
  CHECK(out[13 * 2 + 1] == Approx(.5));
}
