// Which cells become boxes, in which order, from any layout.
#include <limits>
#include <random>

#include "tests/engine/heads/values.h"

using namespace nightjar;
using namespace nightjar::test;

TEST_CASE("Classes of equal probability come by number") {
  Values values = values_of(8);
  values.set(0, 0, 0, {.5f, .5f, 0, 0, .8f, .5f, .75f, .5f});
  const Boxes boxes = decoded(head_of<YoloHead>(3), values);
  REQUIRE(boxes.size() == 1);
  check_classes(boxes[0], {{1, .6f}, {0, .4f}, {2, .4f}});
}

TEST_CASE("The threshold itself does not pass, for objectness and for classes") {
  Values values = values_of(7);
  values.set(0, 0, 0, {0, 0, 0, 0, .5f, 1, 1});         // objectness equals it
  values.set(0, 0, 1, {0, 0, 0, 0, 1, .5f, .75f});      // one class equals it
  values.set(0, 0, 2, {0, 0, 0, 0, .75f, .5f, .625f});  // no class passes
  const Boxes boxes = decoded(head_of<YoloHead>(2), values, {.threshold = .5f});
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
  decode(head_of<YoloHead>(1), values.tensor, 0, network, {}, boxes);
  REQUIRE(boxes.size() == 5);
  const std::vector<std::pair<double, double>> places{
      {2. / 3, 24. / 96}, {0, 10. / 96}, {0, 24. / 96}, {2. / 3, 10. / 96}};
  for (int i = 0; i < 4; ++i) {
    CHECK(boxes[i + 1].x == Approx(places[i].first));
    CHECK(boxes[i + 1].w == Approx(places[i].second));
  }
}

TEST_CASE("Layout does not matter: blocks, halo, place in the batch") {
  std::mt19937 random(3);
  std::uniform_real_distribution<float> unit(0, 1);
  const int block = GENERATE(1, 4, 8, 16), halo = GENERATE(0, 1);
  const auto head = head_of<YoloHead>(4);
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
  CHECK(decoded(head_of<YoloHead>(2), values).empty());
}
