// YOLO boxes, worked out on paper from docs/darknet-format.md section 6.2.
#include "tests/engine/heads/values.h"

using namespace nightjar;
using namespace nightjar::test;

TEST_CASE("yolo: a cell's box and its classes, most probable first") {
  Values values = values_of(7);
  values.set(7, 1, 2, {.25f, .5f, 0, ln2, .8f, .5f, .9f});
  const Boxes boxes = decoded(head_of<YoloHead>(2), values);
  REQUIRE(boxes.size() == 1);
  check_box(boxes[0], 2.25 / 3, 1.5 / 2, 24. / 96, 2 * 16. / 64);
  CHECK(boxes[0].objectness == .8f);
  check_classes(boxes[0], {{1, .72f}, {0, .4f}});
}

TEST_CASE("yolo by objectness: each box that passes, whatever its classes") {
  Values values = values_of(7);
  values.set(7, 1, 2, {.25f, .5f, 0, ln2, .8f, .5f, .9f});
  values.set(0, 0, 0, {.5f, .5f, 0, 0, .3f, .1f, .1f});
  DecodeOptions options;
  CHECK(decoded(head_of<YoloHead>(2), values, options).size() == 1);
  options.by_objectness = true;
  const Boxes boxes = decoded(head_of<YoloHead>(2), values, options);
  REQUIRE(boxes.size() == 2);
  check_classes(boxes[0], {{0, .3f}});
  check_classes(boxes[1], {{0, .8f}});
}

TEST_CASE("yolo with new_coords squares the sides") {
  Values values = values_of(6);
  values.set(0, 0, 0, {.5f, .5f, .5f, .25f, .8f, .5f});
  auto head = head_of<YoloHead>(1);
  head.new_coords = true;
  const Boxes boxes = decoded(head, values);
  REQUIRE(boxes.size() == 1);
  check_box(boxes[0], .5 / 3, .5 / 2, 4 * .25 * 10 / 96, 4 * .0625 * 20 / 64);
}
