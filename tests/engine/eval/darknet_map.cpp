// Darknet's mean average precision, worked out by hand, oddities included.
#include "engine/eval/darknet_map.h"

#include "engine/eval/precision_recall.h"
#include "engine/eval/recall.h"
#include "tests/catch.h"

using namespace nightjar;

namespace {

Truth truth(int class_id, float x, float y, float side) {
  Truth truth;
  truth.class_id = class_id;
  truth.x = x, truth.y = y, truth.w = side, truth.h = side;
  return truth;
}

Detection box(float x, float y, float side, std::vector<ClassScore> classes) {
  return {x, y, side, side, 1, std::move(classes)};
}

DarknetFigures figures_of(const std::vector<Truth>& truths, const Boxes& boxes, int classes = 1,
                          const DarknetMapOptions& options = {}) {
  DarknetMap map(classes, options);
  map.add(truths, boxes);
  return map.figures();
}

}  // namespace

TEST_CASE("Average precision is an area, or a mean at some recalls") {
  // Two objects; the first and the third detection find one each.
  const auto curve = precision_recall({true, false, true}, 2);
  REQUIRE(curve.size() == 3);
  CHECK(curve[1].precision == Approx(.5));
  CHECK(curve[1].recall == Approx(.5));
  CHECK(curve[2].precision == Approx(2. / 3));
  CHECK(area_under(curve) == Approx(.5 * 1 + .5 * 2 / 3));
  CHECK(mean_at(curve, 11) == Approx((6 * 1. + 5 * 2. / 3) / 11));
  CHECK(mean_at(curve, 101) == Approx((51 * 1. + 50 * 2. / 3) / 101));
  CHECK(average_precision(curve, 0) == area_under(curve));
  CHECK(average_precision(curve, 11) == mean_at(curve, 11));
}

TEST_CASE("Average precision of nothing is nothing") {
  CHECK(area_under({}) == 0);
  CHECK(mean_at({}, 11) == 0);
  CHECK(average_precision(precision_recall({false, false}, 0), 0) == 0);
  CHECK(average_precision(precision_recall({false, false}, 0), 11) == 0);
  CHECK(average_precision(precision_recall({}, 3), 101) == 0);
}

TEST_CASE("The second box on an object is wrong, and the object missed by none") {
  const auto figures = figures_of({truth(0, .5f, .5f, .4f)},
                                  {box(.5f, .5f, .4f, {{0, .9f}}), box(.5f, .5f, .38f, {{0, .8f}})});
  CHECK(figures.detections == 2);
  CHECK(figures.truths == 1);
  CHECK(figures.found == 1);
  CHECK(figures.wrong == 1);
  CHECK(figures.missed == 0);
  CHECK(figures.precision == Approx(.5));
  CHECK(figures.recall == Approx(1));
  CHECK(figures.f1 == Approx(2. / 3));
  CHECK(figures.mean_iou == Approx(.5));
  CHECK(figures.mean_average_precision == Approx(1));
}

TEST_CASE("A box below the confidence that comes first takes the object from one above it") {
  const auto figures =
      figures_of({truth(0, .5f, .5f, .4f)}, {box(.5f, .5f, .4f, {{0, .1f}}), box(.5f, .5f, .4f, {{0, .9f}})});
  CHECK(figures.found == 0);
  CHECK(figures.wrong == 1);
  CHECK(figures.missed == 1);
  CHECK(figures.mean_average_precision == Approx(1));  // which goes by probability
}

TEST_CASE("An IoU must exceed the threshold, and the class must be right") {
  const std::vector<Truth> truths = {truth(0, .5f, .5f, .5f)};
  const Boxes half = {{.5f, .375f, .5f, .25f, 1, {{0, .9f}}}};  // IoU 1/2
  CHECK(figures_of(truths, half).found == 0);
  CHECK(figures_of(truths, half, 1, {.iou = .49f}).found == 1);
  CHECK(figures_of(truths, {box(.5f, .5f, .5f, {{1, .9f}})}, 2).found == 0);
}

TEST_CASE("Each class of a box is a detection; classes without objects count in the mean") {
  const auto figures = figures_of({truth(1, .5f, .5f, .5f)}, {box(.5f, .5f, .5f, {{1, .9f}, {0, .3f}})}, 4);
  CHECK(figures.detections == 2);
  CHECK(figures.classes[0].wrong == 1);
  CHECK(figures.classes[1].found == 1);
  CHECK(figures.classes[1].average_precision == Approx(1));
  CHECK(figures.mean_average_precision == Approx(.25));
}

TEST_CASE("The best detections of all pictures come first") {
  DarknetMap map(1, {});
  map.add(std::vector<Truth>{truth(0, .5f, .5f, .5f)}, {box(.1f, .1f, .1f, {{0, .6f}})});
  map.add(std::vector<Truth>{truth(0, .5f, .5f, .5f)}, {box(.5f, .5f, .5f, {{0, .9f}})});
  // Recall 1/2 at precision 1.
  CHECK(map.figures().mean_average_precision == Approx(.5));
  CHECK(map.figures().truths == 2);
}

TEST_CASE("What lies on a difficult object is not in the curve") {
  std::vector<Truth> truths = {truth(0, .25f, .5f, .3f), truth(0, .75f, .5f, .3f)};
  truths[1].difficult = true;
  const auto figures = figures_of(truths, {box(.75f, .5f, .3f, {{0, .9f}}), box(.25f, .5f, .3f, {{0, .8f}})});
  CHECK(figures.truths == 1);
  CHECK(figures.detections == 1);
  CHECK(figures.mean_average_precision == Approx(1));
  CHECK(figures.found == 1);
  CHECK(figures.wrong == 1);  // as AlexeyAB counts
}

TEST_CASE("Without detections or objects all figures are 0") {
  const auto figures = figures_of({}, {}, 3);
  CHECK(figures.mean_average_precision == 0);
  CHECK(figures.precision == 0);
  CHECK(figures.f1 == 0);
  CHECK(figures_of({truth(0, .5f, .5f, .5f)}, {}).missed == 1);
}

TEST_CASE("Recall takes the best box of any class for each object") {
  Recall recall;
  recall.add(std::vector<Truth>{truth(3, .5f, .5f, .4f), truth(1, .1f, .1f, .1f)},
             {box(.5f, .5f, .4f, {{0, .01f}}), box(.5f, .6f, .4f, {{0, .9f}})});
  CHECK(recall.pictures == 1);
  CHECK(recall.proposals == 2);
  CHECK(recall.truths == 2);
  CHECK(recall.found == 1);
  CHECK(recall.iou_sum == Approx(1));
}
