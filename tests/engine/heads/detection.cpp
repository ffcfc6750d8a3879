// YOLOv1 boxes, worked out on paper from docs/darknet-format.md section 6.6.
#include <limits>

#include "tests/engine/heads/values.h"

using namespace nightjar;
using namespace nightjar::test;

namespace {

// Two classes and two boxes in each of 2 x 2 cells: 8 values for classes, 8 confidences, 32 for boxes.
constexpr int classes = 2, slots = 2, side = 2, cells = side * side;
constexpr int count = cells * (classes + slots * 5);

DetectionHead small_head(bool square_root = true) {
  DetectionHead head;
  head.classes = classes;
  head.slots = slots;
  head.side = side;
  head.square_root = square_root;
  return head;
}

struct Vector {
  Values values;

  explicit Vector(Shape shape = {count, 1, 1}, int block = 1) : values(shape, block) {}
  float& operator[](int i) {
    const Shape s = values.tensor.shape;
    return *values.tensor.at(0, i / (s.h * s.w), i / s.w % s.h, i % s.w);
  }
  void set(int cell, const std::vector<float>& of_classes, int slot, float confidence,
           const std::vector<float>& box) {
    for (int i = 0; i < classes; ++i) (*this)[cell * classes + i] = of_classes[i];
    const int number = cell * slots + slot;
    (*this)[cells * classes + number] = confidence;
    for (int i = 0; i < 4; ++i) (*this)[cells * (classes + slots) + 4 * number + i] = box[i];
  }
};

}  // namespace

TEST_CASE("detection: classes of a cell, confidences of its boxes, sides that are roots") {
  Vector vector;
  vector.set(2, {.5f, .9f}, 1, .8f, {.25f, .5f, .5f, -.3f});
  const Boxes boxes = decoded(small_head(), vector.values);
  REQUIRE(boxes.size() == 1);
  check_box(boxes[0], .25 / 2, 1.5 / 2, .25, .09);
  CHECK(boxes[0].objectness == .8f);
  check_classes(boxes[0], {{1, .72f}, {0, .4f}});
}

TEST_CASE("detection without sqrt takes sides as they are") {
  Vector vector;
  vector.set(3, {1, 0}, 0, .8f, {.5f, .5f, .5f, -.3f});
  const Boxes boxes = decoded(small_head(false), vector.values);
  REQUIRE(boxes.size() == 1);
  check_box(boxes[0], .75, .75, .5, -.3);
}

TEST_CASE("detection compares nothing but the product with the threshold") {
  Vector vector;
  vector.set(0, {4, 0}, 0, .1f, {0, 0, 1, 1});     // .4, of a small confidence
  vector.set(1, {-1, 1}, 1, -.5f, {0, 0, 1, 1});   // .5, of two negative values
  vector.set(2, {.25f, .2f}, 0, 1, {0, 0, 1, 1});  // the threshold itself
  const Boxes boxes = decoded(small_head(), vector.values);
  REQUIRE(boxes.size() == 2);
  check_classes(boxes[0], {{0, .4f}});
  check_classes(boxes[1], {{0, .5f}});
}

TEST_CASE("detection: boxes cell by cell, slots inside, in either Darknet's reading") {
  Vector vector;
  for (const int cell : {3, 1})
    for (const int slot : {1, 0})
      vector.set(cell, {1, 0}, slot, .5f + .1f * static_cast<float>(slot), {0, 0, 1, 1});
  const Boxes boxes = decoded(small_head(), vector.values, {.alexeyab = GENERATE(true, false)});
  REQUIRE(boxes.size() == 4);
  for (int i = 0; i < 4; ++i) {
    CHECK(boxes[i].y == Approx(i / 2 * .5));
    CHECK(boxes[i].objectness == Approx(.5 + .1 * (i % 2)));
  }
}

TEST_CASE("detection reads any shape and layout as one vector") {
  const auto [shape, block] = GENERATE(std::pair{Shape{count, 1, 1}, 8}, std::pair{Shape{12, 2, 2}, 1},
                                       std::pair{Shape{6, 4, 2}, 4}, std::pair{Shape{3, 1, 16}, 16});
  Vector vector(shape, block);
  vector.set(2, {.5f, .9f}, 1, .8f, {.25f, .5f, .5f, -.3f});
  const Boxes boxes = decoded(small_head(), vector.values);
  REQUIRE(boxes.size() == 1);
  check_box(boxes[0], .25 / 2, 1.5 / 2, .25, .09);
  check_classes(boxes[0], {{1, .72f}, {0, .4f}});
}

TEST_CASE("detection: what is not a number is no box") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  Vector vector;
  vector.set(0, {nan, nan}, 0, 1, {0, 0, 1, 1});
  vector.set(1, {1, 1}, 0, nan, {0, 0, 1, 1});
  vector.set(2, {1, 1}, 0, 1, {nan, 0, 1, 1});
  vector.set(3, {1, 1}, 0, 1, {0, 0, 1e30f, 1});
  CHECK(decoded(small_head(), vector.values).empty());
}
