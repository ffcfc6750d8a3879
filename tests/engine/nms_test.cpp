// Overlap measures against values worked out by hand; suppression against the definition, box by box.
#include "engine/detect/nms.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "engine/detect/select.h"
#include "tests/catch.h"

using namespace nightjar;

namespace {

Detection box(float x, float y, float w, float h, std::vector<ClassScore> classes = {{0, .5f}}) {
  return {x, y, w, h, .9f, std::move(classes)};
}

Boxes random_boxes(int count, float largest, int classes, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> place(-.1f, 1.1f), side(0, largest);
  Boxes boxes;
  for (int i = 0; i < count; ++i) {
    boxes.push_back(box(place(random), place(random), side(random), side(random), {}));
    for (int c = 0; c < classes; ++c) {
      const float probability = static_cast<float>(random() % 50 + 1) / 50;  // with ties
      if (random() % 3) boxes.back().classes.push_back({c, probability});
    }
  }
  return boxes;
}

// docs/darknet-format.md section 8.3 as it is written: everything against everything.
void suppress_plainly(Boxes& boxes, Nms kind, float beta, float threshold, int classes) {
  const auto probability = [](Detection& b, int c) -> float* {
    for (ClassScore& score : b.classes) {
      if (score.class_id == c) return &score.probability;
    }
    return nullptr;
  };
  for (int c = 0; c < classes; ++c) {
    std::vector<Detection*> order;
    for (Detection& b : boxes) {
      if (probability(b, c)) order.push_back(&b);
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](Detection* a, Detection* b) { return *probability(*a, c) > *probability(*b, c); });
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (*probability(*order[i], c) == 0) continue;
      for (std::size_t j = i + 1; j < order.size(); ++j) {
        const Detection &a = *order[i], &b = *order[j];
        const float measure = kind == Nms::diou ? diou(a, b, beta) : iou(a, b);
        if (measure > threshold) *probability(*order[j], c) = 0;
      }
    }
  }
  for (Detection& b : boxes) std::erase_if(b.classes, [](const ClassScore& s) { return s.probability == 0; });
  std::erase_if(boxes, [](const Detection& b) { return b.classes.empty(); });
}

bool same(const Boxes& a, const Boxes& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Detection& p, const Detection& q) {
    return p.x == q.x && p.y == q.y && p.w == q.w && p.h == q.h &&
           std::equal(p.classes.begin(), p.classes.end(), q.classes.begin(), q.classes.end(),
                      [](const ClassScore& s, const ClassScore& t) {
                        return s.class_id == t.class_id && s.probability == t.probability;
                      });
  });
}

}  // namespace

TEST_CASE("IoU") {
  const Detection a = box(.5f, .5f, .4f, .2f);
  CHECK(iou(a, a) == Approx(1));
  CHECK(iou(a, box(.7f, .5f, .4f, .2f)) == Approx(1. / 3));  // half of each
  CHECK(iou(a, box(.5f, .5f, .2f, .1f)) == Approx(.25));     // one inside the other
  CHECK(iou(a, box(.9f, .5f, .4f, .2f)) == Approx(0).margin(1e-6));
  CHECK(iou(a, box(.5f, .9f, .4f, .2f)) == 0);
  CHECK(iou(box(.5f, .5f, 0, 0), box(.5f, .5f, 0, 0)) == 0);
  CHECK(iou(a, box(.5f, .5f, 0, .2f)) == 0);
}

TEST_CASE("DIoU takes off the distance of the centres") {
  const Detection a = box(.5f, .5f, .4f, .2f), b = box(.7f, .5f, .4f, .2f);
  const double distance = .04, diagonal = .36 + .04;
  CHECK(diou(a, b, .6f) == Approx(1. / 3 - std::pow(distance / diagonal, .6)));
  CHECK(diou(a, b, 1) == Approx(1. / 3 - distance / diagonal));
  CHECK(diou(a, a, .6f) == Approx(1));
  CHECK(diou(box(.5f, .5f, 0, 0), box(.5f, .5f, 0, 0), .6f) == 0);
}

TEST_CASE("Suppression is per class, and keeps the order of the boxes") {
  Boxes boxes{box(.52f, .5f, .2f, .2f, {{0, .6f}, {1, .5f}}), box(.1f, .1f, .1f, .1f, {{0, .3f}}),
              box(.5f, .5f, .2f, .2f, {{0, .9f}}), box(.51f, .5f, .2f, .2f, {{0, .4f}})};
  suppress(boxes, Nms::sort, .6f, .45f);
  REQUIRE(boxes.size() == 3);
  REQUIRE(boxes[0].classes.size() == 1);
  CHECK(boxes[0].classes[0].class_id == 1);
  CHECK(boxes[1].x == .1f);
  CHECK(boxes[2].classes[0].probability == .9f);
}

TEST_CASE("Of equal boxes the earlier is kept, and a suppressed box suppresses nothing") {
  Boxes ties{box(.5f, .5f, .2f, .2f), box(.51f, .5f, .2f, .2f)};
  suppress(ties, Nms::sort, .6f, .45f);
  REQUIRE(ties.size() == 1);
  CHECK(ties[0].x == .5f);

  // The first two overlap by 3/5, so do the last two; the outer two only by 1/3.
  Boxes chain{box(.40f, .5f, .2f, .2f, {{0, .9f}}), box(.45f, .5f, .2f, .2f, {{0, .8f}}),
              box(.50f, .5f, .2f, .2f, {{0, .7f}})};
  suppress(chain, Nms::sort, .6f, .45f);
  REQUIRE(chain.size() == 2);
  CHECK(chain[1].x == .5f);
}

TEST_CASE("The kinds differ: DIoU spares a shifted box that IoU drops") {
  const Boxes pair{box(.5f, .5f, .4f, .2f, {{0, .9f}}),
                   box(.6f, .5f, .4f, .2f, {{0, .8f}})};  // IoU .6, DIoU .45
  for (const auto& [kind, left] : {std::pair{Nms::sort, 1u}, {Nms::corners, 1u}, {Nms::diou, 2u}}) {
    Boxes boxes = pair;
    suppress(boxes, kind, .6f, .5f);
    CHECK(boxes.size() == left);
  }
}

TEST_CASE("Suppression equals its definition on random boxes") {
  const Nms kind = GENERATE(Nms::sort, Nms::diou, Nms::corners);
  const float threshold = GENERATE(0.f, .1f, .45f, .8f, 1.f);
  const float largest = GENERATE(.02f, .2f, 2.f);
  Boxes boxes = random_boxes(400, largest, 3, 17), expected = boxes;
  suppress(boxes, kind, .6f, threshold);
  suppress_plainly(expected, kind, .6f, threshold, 3);
  CHECK(same(boxes, expected));
}

TEST_CASE("Boxes of different classes suppress each other where that is asked for") {
  const Boxes scene{box(.5f, .5f, .2f, .2f, {{0, .5f}, {2, .3f}}), box(.5f, .5f, .2f, .2f, {{1, .8f}}),
                    box(.9f, .9f, .1f, .1f, {{3, .1f}})};
  Boxes boxes = scene;
  suppress(boxes, Nms::sort, .6f, .45f);
  CHECK(boxes.size() == 3);
  boxes = scene;
  suppress(boxes, Nms::sort, .6f, .45f, true);
  REQUIRE(boxes.size() == 2);
  CHECK(boxes[0].classes[0].class_id == 1);
  CHECK(boxes[1].classes[0].class_id == 3);
}

TEST_CASE("Suppressing twice changes nothing more") {
  Boxes once = random_boxes(500, .3f, 2, 5);
  suppress(once, Nms::sort, .6f, .45f);
  Boxes twice = once;
  suppress(twice, Nms::sort, .6f, .45f);
  CHECK(same(once, twice));
}

TEST_CASE("A hundred thousand boxes that all stay") {
  Boxes boxes;
  for (int i = 0; i < 100000; ++i) {
    boxes.push_back(box((i % 400 + .5f) / 400, (i / 400 + .5f) / 250, .002f, .003f));
  }
  suppress(boxes, Nms::sort, .6f, .45f);
  CHECK(boxes.size() == 100000);
}

TEST_CASE("Boxes without end do no harm") {
  const float most = std::numeric_limits<float>::infinity();
  Boxes boxes{box(.5f, .5f, most, most), box(most, -most, .1f, .1f), box(.5f, .5f, .1f, .1f),
              box(0, 0, most, .1f)};
  suppress(boxes, Nms::diou, .6f, .45f);
  CHECK(boxes.size() == 4);
  Boxes none;
  suppress(none, Nms::sort, .6f, .45f);
  CHECK(none.empty());
}

TEST_CASE("a box of negative sides, as a YOLOv1 without sqrt may give, overlaps nothing") {
  Boxes boxes{box(.5f, .5f, -.2f, .2f), box(.5f, .5f, .2f, .2f), box(.5f, .5f, -.2f, -.2f),
              box(.5f, .5f, -.2f, .2f)};
  suppress(boxes, Nms::sort, .6f, .45f);
  CHECK(boxes.size() == 4);
}

TEST_CASE("Boxes in Darknet's order: the highest class first, then its probability") {
  Boxes boxes = {box(.1f, 0, 1, 1, {{0, .9f}}), box(.2f, 0, 1, 1, {{0, .3f}, {2, .1f}}),
                 box(.3f, 0, 1, 1, {{1, .5f}}), box(.4f, 0, 1, 1, {{2, .1f}, {1, .05f}}),
                 box(.5f, 0, 1, 1, {{2, .2f}}), box(.6f, 0, 1, 1, {{0, .9f}})};
  sort_as_darknet(boxes);
  std::vector<float> order;
  for (const Detection& b : boxes) order.push_back(b.x);
  CHECK(order == std::vector<float>{.5f, .4f, .2f, .3f, .1f, .6f});
  CHECK(boxes[2].classes.front().class_id == 0);  // most probable first, as before
}

TEST_CASE("Darknet's order is what sorting for each class in turn leaves") {
  Boxes boxes = random_boxes(200, .3f, 3, 5), turn_by_turn = boxes;
  for (int c = 0; c < 3; ++c) {
    const auto probability = [&](const Detection& b) {
      for (const ClassScore& score : b.classes) {
        if (score.class_id == c) return score.probability;
      }
      return 0.f;
    };
    std::stable_sort(turn_by_turn.begin(), turn_by_turn.end(),
                     [&](const Detection& a, const Detection& b) { return probability(a) > probability(b); });
  }
  sort_as_darknet(boxes);
  for (std::size_t i = 0; i < boxes.size(); ++i) CHECK(boxes[i].x == turn_by_turn[i].x);
}

TEST_CASE("The most probable boxes are kept, of equals the first, and stay where they are") {
  Boxes boxes;
  for (const float probability : {.2f, .5f, .9f, .4f, .9f, .5f})
    boxes.push_back(box(static_cast<float>(boxes.size()), 0, 1, 1, {{0, probability}}));
  const auto places = [&](int most) {
    Boxes kept = boxes;
    keep_most_probable(kept, most);
    std::vector<float> list;
    for (const Detection& its : kept) list.push_back(its.x);
    return list;
  };
  CHECK(places(1) == std::vector<float>{2});
  CHECK(places(2) == std::vector<float>{2, 4});
  CHECK(places(3) == std::vector<float>{1, 2, 4});
  CHECK(places(5) == std::vector<float>{1, 2, 3, 4, 5});
  CHECK(places(0).size() == 6);  // all
  CHECK(places(6).size() == 6);
}
