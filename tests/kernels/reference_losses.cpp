// The losses of [Gaussian_yolo] and [detection], against Darknet's formulas by hand and central differences
// of their costs.
#include <array>
#include <cmath>
#include <functional>
#include <numbers>

#include "kernels/ops/losses/detection_loss.h"
#include "kernels/ops/losses/gaussian_yolo_loss.h"
#include "tests/kernels/reference_harness.h"

using namespace nightjar;
using namespace nightjar::test;

namespace {

struct Outcome {
  Values gradient, parts;
};

// Of one image: what a loss makes of values, truths, and what else it reads.
Outcome run(const Op& op, std::vector<Values> operands) {
  CHECK(op.agrees());
  const Operands reads = op.reads(), writes = op.writes();
  REQUIRE(reads.size() == operands.size());
  std::vector<Tensor> ins;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    operands[i].resize(static_cast<std::size_t>(reads[i].value.shape.size()));
    ins.push_back(planar_tensor(operands[i].data(), reads[i].value.shape));
  }
  Outcome outcome{Values(static_cast<std::size_t>(writes[0].value.shape.size())),
                  Values(static_cast<std::size_t>(writes[1].value.shape.size()))};
  const std::array outs{planar_tensor(outcome.gradient.data(), writes[0].value.shape),
                        planar_tensor(outcome.parts.data(), writes[1].value.shape)};
  op.define(ins, outs);
  return outcome;
}

double slope(double at, const std::function<double(double)>& cost) {
  constexpr double h = 1e-5;
  return (cost(at + h) - cost(at - h)) / (2 * h);
}

// One cell of one anchor, 16 pixels of a network of 32; two classes.
ops::GaussianYoloLoss gaussian() {
  ops::GaussianYoloLoss loss;
  loss.yolo.shape = {11, 1, 1}, loss.yolo.network = {3, 32, 32};
  loss.yolo.classes = 2, loss.yolo.boxes = 2;
  loss.yolo.anchors = {16, 16}, loss.yolo.mask = {0};
  return loss;
}
// Means and deviations of x, y, w, h; objectness; classes.
const Values head{.4f, .2f, .6f, .3f, .1f, .5f, -.2f, .4f, .3f, .6f, .1f};
const Values truth{.55f, .45f, .4f, .6f, 0, 1};

}  // namespace

TEST_CASE("means and deviations learn by how probable the truth is to them") {
  ops::GaussianYoloLoss loss = gaussian();
  loss.yolo.iou_normalizer = .5f, loss.uc_normalizer = 2;
  const Values gradient = run(loss, {head, truth}).gradient;
  const double wanted[] = {.55, .45, std::log(.8), std::log(1.2)}, scale = 2 - .4 * .6;
  for (std::size_t i = 0; i < 4; ++i) {
    INFO("coordinate " << i);
    const double mean = head[2 * i], deviation = head[2 * i + 1];
    const auto cost = [&](double m, double s) {
      const double p =
          std::exp(-std::pow((wanted[i] - m) / s, 2) / 2) / (std::sqrt(2 * std::numbers::pi) * (s + .3));
      return -scale / 2 * std::log(p + 1e-9);
    };
    CHECK(gradient[2 * i] == Approx(.5 * slope(mean, [&](double m) { return cost(m, deviation); })));
    CHECK(gradient[2 * i + 1] == Approx(2 * slope(deviation, [&](double s) { return cost(mean, s); })));
  }
  check_close({gradient.begin() + 8, gradient.end()}, {-.7f, -.4f, .1f});
}

TEST_CASE("the loss of a Gaussian head is the sum of squares, and it knows what it met") {
  const Outcome outcome = run(gaussian(), {head, truth});
  double squares = 0;
  for (const float g : outcome.gradient) squares += double{g} * g;
  CHECK(outcome.parts[LossParts::sum] == Approx(squares));
  CHECK(outcome.parts[LossParts::pairs] == 1);
  CHECK(outcome.parts[LossParts::objectness] == Approx(.3));
  CHECK(outcome.parts[LossParts::class_probability] == Approx(.6));
}

TEST_CASE("without a truth a Gaussian head learns that there is nothing") {
  const Values gradient = run(gaussian(), {head, {}}).gradient;
  Values expected(11);
  expected[8] = .3f;
  check_close(gradient, expected);
}

TEST_CASE("a Gaussian head that predicts corners wants the truth's corner") {
  ops::GaussianYoloLoss loss = gaussian();
  loss.point = ops::GaussianYoloLoss::Point::left_top;
  // The corner is where the mean of x is: nothing to learn for it.
  const float corner = truth[0] - truth[2] / 2;
  Values values = head;
  values[0] = corner;
  const Values gradient = run(loss, {values, truth}).gradient;
  CHECK(gradient[0] == Approx(0).margin(1e-6));
  loss.point = ops::GaussianYoloLoss::Point::right_bottom;
  CHECK(run(loss, {values, truth}).gradient[0] < -.1f);
}

TEST_CASE("iou_loss takes the place of the means' part alone") {
  ops::GaussianYoloLoss loss = gaussian();
  const Values squares = run(loss, {head, truth}).gradient;
  loss.yolo.box = ops::YoloLoss::Box::giou;
  const Values giou = run(loss, {head, truth}).gradient;
  const double w = std::exp(.1) / 2, h = std::exp(-.2) / 2;
  const BoxSlope by_box = darknet_slope({.4, .6, w, h}, {.55, .45, .4, .6}, Overlap::giou);
  const double stretch[] = {1, 1, std::exp(.1), std::exp(-.2)};
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(giou[2 * i] == Approx(-by_box.by[i] * stretch[i]).epsilon(1e-4));
    CHECK(giou[2 * i + 1] == squares[2 * i + 1]);
  }
}

namespace {

// Two cells a side, two slots, three classes.
ops::DetectionLoss detection() {
  ops::DetectionLoss loss;
  loss.shape = {4 * (2 * 5 + 3), 1, 1};
  loss.classes = 3, loss.slots = 2, loss.side = 2, loss.boxes = 3;
  return loss;
}
Values detection_values() {
  Values values(52);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = .1f + .015f * static_cast<float>(i);
  return values;
}
const Values zero{0}, nothing_drawn(DrawKey::count, 0);
// In the cells 3 and 0, and a second one in the cell 3, which is passed over.
Values detection_truths() {
  Values rows(18);
  const float boxes[] = {.8f, .7f, .9f, .8f, 2, 1, .2f, .3f, .3f, .4f, 0, 1, .6f, .6f, .2f, .2f, 1, 1};
  std::copy(std::begin(boxes), std::end(boxes), rows.begin());
  return rows;
}

}  // namespace

TEST_CASE("the gradient of [detection] is half the slope of its sum of squares") {
  for (const bool square_root : {false, true}) {
    ops::DetectionLoss loss = detection();
    loss.square_root = square_root;
    loss.forced = true;  // no small change trains another slot
    Values values = detection_values();
    const auto sum = [&] {
      return double{run(loss, {values, detection_truths(), zero, nothing_drawn}).parts[LossParts::sum]};
    };
    const Values gradient = run(loss, {values, detection_truths(), zero, nothing_drawn}).gradient;
    constexpr float h = 1.f / 256;
    for (std::size_t i = 0; i < values.size(); ++i) {
      INFO("value " << i);
      const float value = values[i];
      values[i] = value + h;
      const double above = sum();
      values[i] = value - h;
      const double below = sum();
      values[i] = value;
      CHECK(gradient[i] == Approx((above - below) / (4 * h)).epsilon(1e-3).margin(1e-4));
    }
  }
}

TEST_CASE("[detection] trains one slot of a cell, the first truth's, on all its classes") {
  ops::DetectionLoss loss = detection();
  loss.coord_scale = 5, loss.noobject_scale = .5f;
  const Values values = detection_values();
  const Outcome outcome = run(loss, {values, detection_truths(), zero, nothing_drawn});
  CHECK(outcome.parts[LossParts::pairs] == 2);
  CHECK(outcome.parts[LossParts::predictions] == 8);
  check_close({outcome.gradient.begin() + 9, outcome.gradient.begin() + 12},
              {values[9], values[10], values[11] - 1});                                  // cell 3, class 2
  check_close({outcome.gradient.begin() + 3, outcome.gradient.begin() + 9}, Values(6));  // without a truth
  // Cell 3's confidences: the box of slot 0 overlaps more.
  CHECK(outcome.gradient[18] == Approx(values[18] - 1));
  CHECK(outcome.gradient[19] == Approx(.5f * values[19]));
  check_close(
      {outcome.gradient.begin() + 44, outcome.gradient.begin() + 48},
      {5 * (values[44] - .6f), 5 * (values[45] - .4f), 5 * (values[46] - .9f), 5 * (values[47] - .8f)});
}

TEST_CASE("[detection] with rescore, forced and random") {
  ops::DetectionLoss loss = detection();
  loss.rescore = true;
  const Values values = detection_values();
  const auto trained_slot = [&](const Values& seen, const Values& draw) {
    const Values gradient = run(loss, {values, detection_truths(), seen, draw}).gradient;
    return gradient[44] != 0 ? 0 : 1;  // of cell 3
  };
  const Outcome outcome = run(loss, {values, detection_truths(), zero, nothing_drawn});
  const float iou = values[18] - outcome.gradient[18];
  CHECK((iou > .5f && iou < 1));
  loss.forced = true;
  CHECK(trained_slot(zero, nothing_drawn) == 0);  // it is large
  loss.random = true;
  std::array<int, 2> slots{};
  for (std::uint64_t run_number = 0; run_number < 40; ++run_number) {
    const auto key = DrawKey{1, run_number}.values();
    ++slots[static_cast<std::size_t>(trained_slot(zero, {key.begin(), key.end()}))];
    CHECK(trained_slot({64000}, {key.begin(), key.end()}) == 0);
  }
  CHECK((slots[0] > 8 && slots[1] > 8));
}
