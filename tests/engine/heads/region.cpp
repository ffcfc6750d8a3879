// YOLOv2 boxes, worked out on paper from docs/darknet-format.md section 6.5.
#include "tests/engine/heads/values.h"

using namespace nightjar;
using namespace nightjar::test;

TEST_CASE("region: anchors in cells, and what the two Darknets report") {
  Values values = values_of(7);
  values.set(7, 0, 0, {.25f, .5f, 0, ln2, .8f, .5f, .25f});
  values.set(0, 1, 1, {.25f, .5f, 0, ln2, .4f, .75f, .25f});
  auto head = head_of<RegionHead>(2, {1, 2, 1.5f, .5f});

  SECTION("AlexeyAB: objectness 1, cell by cell") {
    const Boxes boxes = decoded(head, values);
    REQUIRE(boxes.size() == 2);
    check_box(boxes[0], .25 / 3, .25, 1.5 / 3, 2 * .5 / 2);
    check_classes(boxes[0], {{0, .4f}});
    check_classes(boxes[1], {{0, .3f}});
    CHECK(boxes[0].objectness == 1);
    CHECK(boxes[1].objectness == 1);
  }
  SECTION("AlexeyAB with classfix: objectness below one half is none") {
    head.class_fix = true;
    CHECK(decoded(head, values).size() == 1);
    CHECK(decoded(head, values, {.alexeyab = false}).size() == 2);
  }
  SECTION("pjreddie: the objectness, anchor by anchor") {
    const Boxes boxes = decoded(head, values, {.alexeyab = false});
    REQUIRE(boxes.size() == 2);
    check_box(boxes[0], 1.25 / 3, .75, 1. / 3, 2 * 2. / 2);
    CHECK(boxes[0].objectness == .4f);
    CHECK(boxes[1].objectness == .8f);
  }
}

TEST_CASE("region by objectness: each box that passes, with its own objectness as the probability") {
  Values values = values_of(7);
  values.set(7, 0, 0, {.25f, .5f, 0, ln2, .8f, .1f, .1f});
  const auto head = head_of<RegionHead>(2, {1, 2, 1.5f, .5f});
  CHECK(decoded(head, values).empty());
  DecodeOptions options;
  options.by_objectness = true;
  const Boxes boxes = decoded(head, values, options);
  REQUIRE(boxes.size() == 1);
  check_classes(boxes[0], {{0, .8f}});
}
