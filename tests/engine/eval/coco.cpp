// COCO's figures by hand; tests/cli/test_pycocotools.py holds them against pycocotools.
#include "engine/eval/coco.h"

#include "tests/catch.h"

using namespace nightjar;

namespace {

Truth truth(int class_id, const PixelBox& box) {
  Truth truth;
  truth.class_id = class_id;
  truth.pixels = box;
  truth.area = box.width * box.height;
  return truth;
}

CocoFigures figures_of(const std::vector<Truth>& truths, std::vector<CocoDetection> detections,
                       int classes = 1) {
  CocoEvaluation evaluation(classes);
  evaluation.add(truths, std::move(detections));
  return evaluation.figures();
}

}  // namespace

TEST_CASE("COCO: what is found is found in the sizes that it has") {
  const auto figures = figures_of({truth(0, {10, 10, 100, 100})}, {{0, .9f, {10, 10, 100, 100}}});
  for (const auto figure :
       {&CocoFigures::ap, &CocoFigures::ap50, &CocoFigures::ap75, &CocoFigures::ap_large, &CocoFigures::ar1,
        &CocoFigures::ar10, &CocoFigures::ar100, &CocoFigures::ar_large})
    CHECK(figures.*figure == Approx(1));
  for (const auto figure :
       {&CocoFigures::ap_small, &CocoFigures::ap_medium, &CocoFigures::ar_small, &CocoFigures::ar_medium})
    CHECK(figures.*figure == -1);
}

TEST_CASE("COCO: an IoU of .6 is enough for three of ten thresholds") {
  const auto figures = figures_of({truth(0, {0, 0, 100, 100})}, {{0, .9f, {0, 0, 100, 60}}});
  CHECK(figures.ap == Approx(.3));
  CHECK(figures.ap50 == Approx(1));
  CHECK(figures.ap75 == 0);
  CHECK(figures.ar100 == Approx(.3));
}

TEST_CASE("COCO: precision is read at 101 recalls") {
  const std::vector<Truth> truths = {truth(0, {0, 0, 50, 50}), truth(0, {200, 0, 50, 50})};
  const auto half = figures_of(truths, {{0, .9f, {0, 0, 50, 50}}, {0, .8f, {400, 400, 50, 50}}});
  CHECK(half.ap == Approx(51. / 101));
  CHECK(half.ar1 == Approx(.5));
  const auto late = figures_of(
      truths, {{0, .9f, {0, 0, 50, 50}}, {0, .8f, {400, 400, 50, 50}}, {0, .7f, {200, 0, 50, 50}}});
  CHECK(late.ap == Approx((51 + 50 * 2. / 3) / 101));
  CHECK(late.ar1 == Approx(.5));
  CHECK(late.ar10 == Approx(1));
}

TEST_CASE("COCO: a wrong box of another size is none of this size's mistakes") {
  const auto figures =
      figures_of({truth(0, {0, 0, 20, 20})}, {{0, .9f, {100, 100, 50, 50}}, {0, .5f, {0, 0, 20, 20}}});
  CHECK(figures.ap == Approx(.5));
  CHECK(figures.ap_small == Approx(1));
  CHECK(figures.ap_medium == -1);
}

TEST_CASE("COCO: areas of 32 x 32 are small and medium; labels may know better than boxes") {
  const auto both = figures_of({truth(0, {0, 0, 32, 32})}, {{0, .9f, {0, 0, 32, 32}}});
  CHECK(both.ap_small == Approx(1));
  CHECK(both.ap_medium == Approx(1));
  Truth thin = truth(0, {0, 0, 100, 100});
  thin.area = 1000;
  CHECK(figures_of({thin}, {{0, .9f, {0, 0, 100, 100}}}).ap_small == Approx(1));
}

TEST_CASE("COCO: crowds swallow what lies in them, and need not be found") {
  Truth crowd = truth(0, {0, 0, 300, 300});
  crowd.crowd = true;
  const std::vector<CocoDetection> detections = {
      {0, .9f, {10, 10, 40, 40}}, {0, .8f, {100, 100, 40, 40}}, {0, .7f, {400, 0, 40, 40}}};
  const auto figures = figures_of({crowd, truth(0, {400, 0, 40, 40})}, detections);
  CHECK(figures.ap == Approx(1));
  CHECK(figures_of({crowd}, detections).ap == -1);
  Truth difficult = truth(0, {10, 10, 40, 40});
  difficult.difficult = true;
  CHECK(figures_of({difficult, truth(0, {400, 0, 40, 40})}, {detections[0], detections[2]}).ap == Approx(1));
}

TEST_CASE("COCO: a detection takes what it overlaps most, and nobody else then") {
  const std::vector<Truth> truths = {truth(0, {0, 0, 100, 100}), truth(0, {10, 0, 100, 100})};
  const auto figures = figures_of(truths, {{0, .9f, {10, 0, 100, 100}}, {0, .8f, {8, 0, 100, 100}}});
  CHECK(figures.ap50 == Approx(1));
  CHECK(figures_of({truths[0]}, {{0, .9f, {0, 0, 100, 100}}, {0, .8f, {0, 0, 100, 100}}}).ap == Approx(1));
}

TEST_CASE("COCO: classes are averaged over those that are there") {
  const auto figures = figures_of({truth(0, {0, 0, 50, 50}), truth(2, {0, 0, 50, 50})},
                                  {{0, .9f, {0, 0, 50, 50}}, {1, .9f, {0, 0, 50, 50}}}, 4);
  CHECK(figures.ap == Approx(.5));
}

TEST_CASE("COCO: of a class in a picture 100 detections count") {
  std::vector<CocoDetection> detections;
  for (int i = 0; i < 100; ++i) detections.push_back({0, .9f, {500, 500, 10, 10}});
  detections.push_back({0, .5f, {0, 0, 50, 50}});
  CHECK(figures_of({truth(0, {0, 0, 50, 50})}, detections).ar100 == 0);
  detections[0].score = .4f;
  CHECK(figures_of({truth(0, {0, 0, 50, 50})}, detections).ar100 == Approx(1));
}

TEST_CASE("COCO: pictures are put together by score") {
  CocoEvaluation evaluation(1);
  evaluation.add(std::vector<Truth>{truth(0, {0, 0, 50, 50})}, {{0, .6f, {200, 200, 50, 50}}});
  evaluation.add(std::vector<Truth>{truth(0, {0, 0, 50, 50})}, {{0, .9f, {0, 0, 50, 50}}});
  CHECK(evaluation.figures().ap == Approx(51. / 101));
  CHECK(evaluation.truths_of(0) == 2);
  CHECK(evaluation.curve_of(0, 0)[50] == Approx(1));
  CHECK(evaluation.curve_of(0, 0)[51] == 0);
}
