// Hand-made head values whose boxes were worked out on paper from SEMANTICS.md 5.1 and 5.3.
#include "engine/detect/decode.h"

#include <cmath>
#include <limits>
#include <random>

#include "tests/catch.h"

using namespace nightjar;

namespace {

// Zeros in any layout; whatever is no value of image and channels (padding lanes, halo) would pass every
// threshold.
struct Values {
  std::vector<float> memory;
  Tensor tensor;

  explicit Values(Shape shape, int block = 1, int halo = 0, int batch = 1) {
    tensor.shape = shape;
    tensor.batch = batch;
    tensor.block = block;
    tensor.halo = halo;
    tensor.row = std::ptrdiff_t{block} * (shape.w + 2 * halo);
    tensor.plane = tensor.row * (shape.h + 2 * halo);
    tensor.image = tensor.plane * tensor.blocks();
    memory.assign(tensor.image * batch, 1e9f);
    tensor.data = memory.data() + halo * tensor.row + halo * block;
    for (int n = 0; n < batch; ++n) {
      for (int c = 0; c < shape.c; ++c) {
        for (int y = 0; y < shape.h; ++y) {
          for (int x = 0; x < shape.w; ++x) *tensor.at(n, c, y, x) = 0;
        }
      }
    }
  }

  void set(int first_channel, int y, int x, const std::vector<float>& values, int n = 0) {
    for (const float value : values) *tensor.at(n, first_channel++, y, x) = value;
  }
};

constexpr Shape network{3, 64, 96};
constexpr Shape grid{0, 2, 3};
const float ln2 = std::log(2.f);

Head head_of(Head::Kind kind, int classes) {
  Head head;
  head.kind = kind;
  head.classes = classes;
  head.anchors =
      kind == Head::Kind::region ? std::vector<float>{1, 2, 1.5f, .5f} : std::vector<float>{10, 20, 24, 16};
  return head;
}

Values values_of(int per_slot, int block = 1, int halo = 0, int batch = 1) {
  return Values({2 * per_slot, grid.h, grid.w}, block, halo, batch);
}

Boxes decoded(const Head& head, const Values& values, const DecodeOptions& options = {}, int n = 0) {
  Boxes boxes;
  decode(head, values.tensor, n, network, options, boxes);
  return boxes;
}

void check_box(const Detection& box, double x, double y, double w, double h) {
  CHECK(box.x == Approx(x));
  CHECK(box.y == Approx(y));
  CHECK(box.w == Approx(w));
  CHECK(box.h == Approx(h));
}

void check_classes(const Detection& box, const std::vector<ClassScore>& expected) {
  REQUIRE(box.classes.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(box.classes[i].class_id == expected[i].class_id);
    CHECK(box.classes[i].probability == Approx(expected[i].probability));
  }
}

// 0 and 1 are roots, 2 and 3 kinds of 0, 4 a kind of 2.
ClassTree small_tree() {
  return {{"a", "b", "aa", "ab", "aaa"}, {-1, -1, 0, 0, 2}, {2, 2, 1}};
}

// Absolute probabilities .9 .1 .72 .18 .504.
Values tree_values() {
  Values values = values_of(10);
  values.set(10, 1, 2, {.25f, .5f, 0, ln2, .8f, .9f, .1f, .8f, .2f, .7f});
  return values;
}

}  // namespace

TEST_CASE("yolo: a cell's box and its classes, most probable first") {
  Values values = values_of(7);
  values.set(7, 1, 2, {.25f, .5f, 0, ln2, .8f, .5f, .9f});
  const Boxes boxes = decoded(head_of(Head::Kind::yolo, 2), values);
  REQUIRE(boxes.size() == 1);
  check_box(boxes[0], 2.25 / 3, 1.5 / 2, 24. / 96, 2 * 16. / 64);
  CHECK(boxes[0].objectness == .8f);
  check_classes(boxes[0], {{1, .72f}, {0, .4f}});
}

TEST_CASE("yolo with new_coords squares the sides") {
  Values values = values_of(6);
  values.set(0, 0, 0, {.5f, .5f, .5f, .25f, .8f, .5f});
  Head head = head_of(Head::Kind::yolo, 1);
  head.new_coords = true;
  const Boxes boxes = decoded(head, values);
  REQUIRE(boxes.size() == 1);
  check_box(boxes[0], .5 / 3, .5 / 2, 4 * .25 * 10 / 96, 4 * .0625 * 20 / 64);
}

TEST_CASE("Classes of equal probability come by number") {
  Values values = values_of(8);
  values.set(0, 0, 0, {.5f, .5f, 0, 0, .8f, .5f, .75f, .5f});
  const Boxes boxes = decoded(head_of(Head::Kind::yolo, 3), values);
  REQUIRE(boxes.size() == 1);
  check_classes(boxes[0], {{1, .6f}, {0, .4f}, {2, .4f}});
}

TEST_CASE("The threshold itself does not pass, for objectness and for classes") {
  Values values = values_of(7);
  values.set(0, 0, 0, {0, 0, 0, 0, .5f, 1, 1});         // objectness equals it
  values.set(0, 0, 1, {0, 0, 0, 0, 1, .5f, .75f});      // one class equals it
  values.set(0, 0, 2, {0, 0, 0, 0, .75f, .5f, .625f});  // no class passes
  const Boxes boxes = decoded(head_of(Head::Kind::yolo, 2), values, {.threshold = .5f});
  REQUIRE(boxes.size() == 1);
  check_classes(boxes[0], {{1, .75f}});
}

TEST_CASE("Boxes come cell by cell in rows, anchors inside, behind those already there") {
  Values values = values_of(6);
  const std::vector<float> object{0, 0, 0, 0, .8f, .9f};
  values.set(6, 1, 0, object);
  values.set(0, 1, 0, object);
  values.set(6, 0, 2, object);
  values.set(0, 1, 2, object);
  Boxes boxes(1);
  decode(head_of(Head::Kind::yolo, 1), values.tensor, 0, network, {}, boxes);
  REQUIRE(boxes.size() == 5);
  const std::vector<std::pair<double, double>> places{
      {2. / 3, 24. / 96}, {0, 10. / 96}, {0, 24. / 96}, {2. / 3, 10. / 96}};
  for (int i = 0; i < 4; ++i) {
    CHECK(boxes[i + 1].x == Approx(places[i].first));
    CHECK(boxes[i + 1].w == Approx(places[i].second));
  }
}

TEST_CASE("Gaussian_yolo: uncertain coordinates cost confidence, and the point may be a corner") {
  Values values = values_of(11);
  values.set(11, 1, 2, {.25f, .1f, .5f, .2f, 0, .3f, ln2, .4f, .8f, .5f, .2f});
  Head head = head_of(Head::Kind::gaussian, 2);
  const auto [point, sign] = GENERATE(std::pair{Head::Point::center, 0}, std::pair{Head::Point::left_top, 1},
                                      std::pair{Head::Point::right_bottom, -1});
  head.point = point;
  const Boxes boxes = decoded(head, values);
  REQUIRE(boxes.size() == 1);
  check_box(boxes[0], .75 + sign * .125, .75 + sign * .25, .25, .5);
  CHECK(boxes[0].objectness == .8f);
  check_classes(boxes[0], {{0, .8f * .5f * .75f}});
}

TEST_CASE("region: anchors in cells, and what the two Darknets report") {
  Values values = values_of(7);
  values.set(7, 0, 0, {.25f, .5f, 0, ln2, .8f, .5f, .25f});
  values.set(0, 1, 1, {.25f, .5f, 0, ln2, .4f, .75f, .25f});
  Head head = head_of(Head::Kind::region, 2);

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

TEST_CASE("A class tree names one class") {
  const Values values = tree_values();
  Head head = head_of(Head::Kind::region, 5);
  head.tree = small_tree();

  SECTION("AlexeyAB: the last above one half, with its own probability") {
    const Boxes boxes = decoded(head, values);
    REQUIRE(boxes.size() == 1);
    check_classes(boxes[0], {{4, .504f}});
    CHECK(decoded(head, values, {.threshold = .6f}).empty());
  }
  SECTION("pjreddie: the deepest that is likely enough, with the objectness") {
    // Products on the way: .9, .9 * .72 = .648, .648 * .504 = .327.
    const auto [hierarchy, expected] =
        GENERATE(std::pair{.3f, 4}, std::pair{.5f, 2}, std::pair{.7f, 0}, std::pair{.95f, 0});
    const Boxes boxes = decoded(head, values, {.hierarchy = hierarchy, .alexeyab = false});
    REQUIRE(boxes.size() == 1);
    check_classes(boxes[0], {{expected, .8f}});
  }
  SECTION("a map picks classes and renumbers them") {
    head.class_map = {3, 4, 2};
    const Boxes boxes = decoded(head, values, {.alexeyab = GENERATE(true, false)});
    REQUIRE(boxes.size() == 1);
    check_classes(boxes[0], {{2, .8f * .72f}, {1, .8f * .504f}});
  }
}

TEST_CASE("A tree of improbable classes names none, in AlexeyAB's reading") {
  Values values = values_of(10);
  values.set(0, 0, 0, {0, 0, 0, 0, .9f, .5f, .5f, .5f, .5f, 1});
  Head head = head_of(Head::Kind::region, 5);
  head.tree = small_tree();
  CHECK(decoded(head, values).empty());
}

TEST_CASE("Layout does not matter: blocks, halo, place in the batch") {
  std::mt19937 random(3);
  std::uniform_real_distribution<float> unit(0, 1);
  const int block = GENERATE(1, 4, 8, 16), halo = GENERATE(0, 1);
  const Head head = head_of(Head::Kind::yolo, 4);
  Values planar = values_of(9), other = values_of(9, block, halo, 3);
  for (int c = 0; c < 18; ++c) {
    for (int y = 0; y < grid.h; ++y) {
      for (int x = 0; x < grid.w; ++x) {
        const float value = unit(random);
        planar.set(c, y, x, {value});
        other.set(c, y, x, {value}, 1);
      }
    }
  }
  const Boxes expected = decoded(head, planar), boxes = decoded(head, other, {}, 1);
  CHECK(expected.size() > 3);
  REQUIRE(boxes.size() == expected.size());
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    CHECK(boxes[i].x == expected[i].x);
    CHECK(boxes[i].h == expected[i].h);
    check_classes(boxes[i], expected[i].classes);
  }
  CHECK(decoded(head, other, {}, 0).empty());
  CHECK(decoded(head, other, {}, 2).empty());
}

TEST_CASE("What is not a number is no box") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  Values values = values_of(7);
  const std::vector<float> bad =
      GENERATE_COPY(std::vector<float>{0, 0, 0, 0, nan, 1, 1}, std::vector<float>{0, 0, 0, 0, 1, nan, nan},
                    std::vector<float>{nan, 0, 0, 0, 1, 1, 1}, std::vector<float>{0, 0, 0, nan, 1, 1, 1},
                    std::vector<float>{0, 0, 1000, 0, 1, 1, 1}, std::vector<float>(7, nan));
  values.set(7, 1, 1, bad);
  CHECK(decoded(head_of(Head::Kind::yolo, 2), values).empty());
}
