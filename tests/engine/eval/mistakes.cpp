#include "engine/eval/mistakes.h"

#include "tests/catch.h"

using namespace nightjar;

namespace {

Truth truth(int class_id, float x, float side = .2f) {
  Truth truth;
  truth.class_id = class_id;
  truth.x = x, truth.y = .5f, truth.w = side, truth.h = side;
  return truth;
}

Detection box(int class_id, float x, float probability, float side = .2f) {
  return {x, .5f, side, side, 1, {{class_id, probability}}};
}

}  // namespace

TEST_CASE("Boxes and truths are paired whatever their classes, those first that overlap most") {
  const std::vector<Truth> truths = {truth(0, .2f), truth(1, .5f), truth(2, .8f)};
  // On the first: a worse box that is surer. On the second: another class. The third is missed.
  const Boxes boxes = {box(0, .22f, .9f), box(0, .2f, .6f), box(3, .5f, .7f), box(4, .1f, .8f, .05f)};
  const Comparison result = compare(boxes, truths, .25f, .5f);
  REQUIRE(result.pairs.size() == 2);
  CHECK(result.pairs[0].box == 1);
  CHECK(result.pairs[0].truth == 0);
  CHECK(result.pairs[1].box == 2);
  CHECK(result.pairs[1].truth == 1);
  CHECK(result.made_up == std::vector<int>{0, 3});
  CHECK(result.missed == std::vector<int>{2});
  CHECK(result.mistakes(boxes, truths) == 4);

  ConfusionMatrix matrix(5);
  matrix.add(boxes, truths, result);
  CHECK(matrix.at(0, 0) == 1);
  CHECK(matrix.at(3, 1) == 1);
  CHECK(matrix.at(0, 5) == 1);  // made up
  CHECK(matrix.at(5, 2) == 1);  // missed
  CHECK(matrix.found_as(0) == 2);
  CHECK(matrix.there_are(1) == 1);
  CHECK(matrix.found_as(5) == 1);
  CHECK(matrix.there_are(5) == 2);
}

TEST_CASE("Boxes below the confidence are not there, and an IoU must exceed its least") {
  const std::vector<Truth> truths = {truth(0, .5f, .4f)};
  CHECK(compare({box(0, .5f, .2f, .4f)}, truths, .25f, .5f).missed.size() == 1);
  CHECK(compare({box(0, .5f, .2f, .4f)}, truths, .25f, .5f).made_up.empty());
  const Boxes half = {{.5f, .4f, .4f, .2f, 1, {{0, .9f}}}};  // IoU 1/2, but for rounding
  CHECK(compare(half, truths, .25f, .51f).pairs.empty());
  CHECK(compare(half, truths, .25f, .49f).pairs.size() == 1);
}

TEST_CASE("What does not count is neither missed nor made up") {
  std::vector<Truth> truths = {truth(0, .5f)};
  truths[0].difficult = true;
  CHECK(compare({}, truths, .25f, .5f).missed.empty());
  CHECK(compare({box(0, .5f, .9f)}, truths, .25f, .5f).made_up.empty());
  CHECK(compare({box(0, .5f, .9f)}, truths, .25f, .5f).pairs.empty());
}
