// The gradients that operations give, computed by the definitions, against central differences of the
// definitions.
#include <cmath>
#include <functional>
#include <set>

#include "kernels/ops/batch_norm_train.h"
#include "kernels/ops/reshape.h"
#include "tests/catch.h"
#include "tests/kernels/gradients.h"
#include "tests/kernels/op_cases.h"

using namespace nightjar;
using namespace nightjar::testing;

namespace {

constexpr int batch = 2;
constexpr std::int64_t most_flops = 1 << 20;  // of a case: it is defined slowly, many times

// The loss whose gradient is looked for: the sum over outputs of their values times `by_outputs`.
double loss(const Op& op, const std::vector<Tensor>& ins, const std::vector<OwnedTensor>& by_outputs) {
  const std::vector<OwnedTensor> outs = define(op, ins, {});
  double sum = 0;
  for (std::size_t o = 0; o < outs.size(); ++o) {
    const std::vector<float> values = planar(outs[o].view), weights = planar(by_outputs[o].view);
    for (std::size_t i = 0; i < values.size(); ++i) sum += double{values[i]} * weights[i];
  }
  return sum;
}

// By one element: from differences over h and 2 h, whose errors of the order h^2 cancel. `kink`: where
// something bends in between, so that the two differ; or right here, so that the slopes on both sides do,
// over h as much as over 2 h.
struct Slope {
  double value;
  bool kink;
};
Slope slope_by(float& element, const std::function<double()>& loss_now) {
  constexpr float h = 1.f / 128;
  const float value = element;
  const double here = loss_now();
  struct Sides {
    double left, right;
    double middle() const { return (left + right) / 2; }
    double bend() const { return std::abs(right - left); }
  };
  const auto sides = [&](float step) {
    element = value + step;
    const double above = (loss_now() - here) / (double{element} - value);
    element = value - step;
    const double below = (here - loss_now()) / (double{value} - element);
    element = value;
    return Sides{below, above};
  };
  const Sides narrow = sides(h), wide = sides(2 * h);
  const bool bends_near =
      std::abs(narrow.middle() - wide.middle()) > 2e-3 * (std::abs(narrow.middle()) + .05);
  const bool bends_here = narrow.bend() > .02 && narrow.bend() > .7 * wide.bend();
  return {(4 * narrow.middle() - wide.middle()) / 3, bends_near || bends_here};
}

// Some elements of a tensor, spread over it.
std::vector<float*> some_elements(const Tensor& t) {
  constexpr std::int64_t most = 24;
  const std::int64_t all = t.shape.size() * t.batch, stride = std::max(std::int64_t{1}, all / most);
  std::vector<float*> chosen;
  for (std::int64_t i = 0; i < all; i += stride)
    chosen.push_back(t.flat(static_cast<int>(i / t.shape.size()), i % t.shape.size()));
  return chosen;
}

// Losses, and what hands on as it is what a loss behind it gives (kernels/ops/heads/yolo_head.h).
bool is_about_a_loss(OpKind kind) {
  return kind == OpKind::YoloHead || kind == OpKind::RegionHead || kind == OpKind::GaussianHead ||
         kind == OpKind::Softmax || kind == OpKind::YoloLoss || kind == OpKind::GiouFocalLoss ||
         kind == OpKind::RegionLoss || kind == OpKind::GaussianYoloLoss || kind == OpKind::DetectionLoss ||
         kind == OpKind::SoftmaxLoss || kind == OpKind::Cost;
}

// Of which Darknet takes another derivative than the exact one (docs/darknet-format.md section 12.3).
bool has_darknet_gradient(const Op& op) {
  using Form = ops::BatchNormTrain::Form;
  const auto* norm = op.as<ops::BatchNormTrain>();
  return norm && (norm->form == Form::alexeyab || norm->form == Form::pjreddie);
}

void check_gradients(const Op& op) {
  std::vector<OwnedTensor> operands = make_data(op, batch), by_outputs;
  for (OwnedTensor& weight : make_weights(op)) operands.push_back(std::move(weight));
  const std::vector<Tensor> ins = views(operands);
  for (const Operand& operand : op.writes()) {
    by_outputs.push_back(make_tensor(operand.value, batch));
    if (operand.value.per_image) fill(by_outputs.back(), 7);
  }
  const std::vector<OwnedTensor> outs = define(op, ins, {});
  const std::vector<OwnedTensor> gradients = gradients_by_inputs(op, ins, views(outs), views(by_outputs));
  std::set<int> known;
  const Gradient gradient = op.gradient().value();
  for (const Gradient::Term& term : gradient.terms) known.insert(term.of.begin(), term.of.end());
  for (std::size_t i = 0; i < ins.size(); ++i) {
    if (known.count(static_cast<int>(i)) == 0) continue;
    INFO("input " << i);
    std::vector<float> ours, truth;
    int kinks = 0;
    const std::vector<float*> elements = some_elements(ins[i]), found = some_elements(gradients[i].view);
    for (std::size_t e = 0; e < elements.size(); ++e) {
      const Slope slope = slope_by(*elements[e], [&] { return loss(op, ins, by_outputs); });
      kinks += slope.kink;
      if (slope.kink) continue;
      ours.push_back(*found[e]);
      truth.push_back(static_cast<float>(slope.value));
    }
    CHECK(kinks <= static_cast<int>(elements.size()) / 3);
    CHECK(relative_error(ours, truth) < 1e-4);
  }
}

}  // namespace

TEST_CASE("gradients are what central differences say") {
  std::vector<OpCase> cases = op_cases();
  cases.push_back({"reshape", ops::Reshape{{6, 4, 3}, {3, 2, 12}}});
  std::set<OpKind> differentiable;
  for (const OpCase& c : cases) {
    if (!c.op.gradient() || is_about_a_loss(c.op.kind()) || c.op.flops() > most_flops) continue;
    if (has_darknet_gradient(c.op)) continue;
    INFO(c.name);
    differentiable.insert(c.op.kind());
    check_gradients(c.op);
  }
  for (const OpKind kind :
       {OpKind::Activate, OpKind::Add, OpKind::AvgPool, OpKind::BatchNormTrain, OpKind::Blend, OpKind::Clamp,
        OpKind::Concat, OpKind::Connected, OpKind::Conv, OpKind::Copy, OpKind::Dropout, OpKind::LocalAvgPool,
        OpKind::MaxPool, OpKind::Multiply, OpKind::Reorg, OpKind::Reshape, OpKind::Upsample}) {
    INFO(name_of(kind));
    CHECK(differentiable.count(kind) == 1);
  }
}
