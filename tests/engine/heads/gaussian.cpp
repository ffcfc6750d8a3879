// Gaussian YOLO boxes, worked out on paper from docs/darknet-format.md section 6.2.
#include "tests/engine/heads/values.h"

using namespace nightjar;
using namespace nightjar::test;

TEST_CASE("Gaussian_yolo: uncertain coordinates cost confidence, and the point may be a corner") {
  Values values = values_of(11);
  values.set(11, 1, 2, {.25f, .1f, .5f, .2f, 0, .3f, ln2, .4f, .8f, .5f, .2f});
  auto head = head_of<GaussianHead>(2);
  using Point = GaussianHead::Point;
  const auto [point, sign] = GENERATE(std::pair{Point::center, 0}, std::pair{Point::left_top, 1},
                                      std::pair{Point::right_bottom, -1});
  head.point = point;
  const Boxes boxes = decoded(head, values);
  REQUIRE(boxes.size() == 1);
  check_box(boxes[0], .75 + sign * .125, .75 + sign * .25, .25, .5);
  CHECK(boxes[0].objectness == .8f);
  check_classes(boxes[0], {{0, .8f * .5f * .75f}});
}

TEST_CASE("Gaussian_yolo by objectness: how certain the coordinates are does not matter") {
  Values values = values_of(11);
  values.set(11, 1, 2, {.25f, .1f, .5f, .2f, 0, .3f, ln2, .4f, .8f, .1f, .1f});
  CHECK(decoded(head_of<GaussianHead>(2), values).empty());
  DecodeOptions options;
  options.by_objectness = true;
  const Boxes boxes = decoded(head_of<GaussianHead>(2), values, options);
  REQUIRE(boxes.size() == 1);
  check_classes(boxes[0], {{0, .8f}});
}
