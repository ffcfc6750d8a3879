// The gradients that operations give, computed by the definitions, against central differences of the
// definitions.
#include <set>

#include "tests/catch.h"
#include "tests/kernels/harness.h"
#include "tests/kernels/op_cases.h"

using namespace nightjar;
using namespace nightjar::testing;

namespace {

// The loss whose gradient is looked for: the sum over outputs of their values times `of_outputs`.
double loss(const Op& op, const std::vector<OwnedTensor>& data, const std::vector<OwnedTensor>& weights,
            const std::vector<float>& of_outputs) {
  const std::vector<float> values = planar(define(op, views(data), weights));
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) sum += double{values[i]} * of_outputs[i];
  return sum;
}

// Of the loss by the elements of input `of`.
std::vector<float> by_differences(const Op& op, std::vector<OwnedTensor>& data,
                                  const std::vector<OwnedTensor>& weights,
                                  const std::vector<float>& of_outputs, int of) {
  constexpr float step = 1.f / 16;
  std::vector<float> gradient;
  const Tensor& t = data[of].view;
  for (int c = 0; c < t.shape.c; ++c) {
    for (int y = 0; y < t.shape.h; ++y) {
      for (int x = 0; x < t.shape.w; ++x) {
        float& element = *t.at(0, c, y, x);
        const float value = element;
        element = value + step;
        const double above = loss(op, data, weights, of_outputs);
        const float high = element;
        element = value - step;
        const double below = loss(op, data, weights, of_outputs);
        gradient.push_back(static_cast<float>((above - below) / (double{high} - element)));
        element = value;
      }
    }
  }
  return gradient;
}

std::vector<float> by_terms(const Op& op, const Gradient& gradient, const std::vector<OwnedTensor>& data,
                            const std::vector<OwnedTensor>& weights,
                            const std::vector<OwnedTensor>& of_outputs, int of) {
  const std::vector<OwnedTensor> outputs = define(op, views(data), weights);
  std::vector<float> sum(static_cast<std::size_t>(data[of].view.shape.size()));
  for (const Gradient::Term& term : gradient.terms) {
    if (term.of != of) continue;
    std::vector<Tensor> ins;
    for (const Gradient::Source& source : term.reads) {
      using From = Gradient::Source::From;
      const auto& values = source.from == From::input    ? data
                           : source.from == From::output ? outputs
                                                         : of_outputs;
      ins.push_back(values[source.index].view);
    }
    INFO(term.op.words());
    CHECK(term.op.agrees());
    const Operands reads = term.op.reads();
    REQUIRE(ins.size() == reads.size());
    for (std::size_t i = 0; i < ins.size(); ++i) CHECK(ins[i].shape == reads[i].value.shape);
    const std::vector<float> values = planar(define(term.op, ins, {}));
    REQUIRE(values.size() == sum.size());
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += values[i];
  }
  return sum;
}

}  // namespace

TEST_CASE("gradients are what central differences say") {
  std::set<OpKind> differentiable;
  for (const OpCase& c : op_cases()) {
    const std::optional<Gradient> gradient = c.op.gradient();
    if (!gradient) continue;
    INFO(c.name);
    differentiable.insert(c.op.kind());
    std::vector<OwnedTensor> data = make_data(c.op, 1), of_outputs;
    const std::vector<OwnedTensor> weights = make_weights(c.op);
    for (const Operand& operand : c.op.writes()) {
      of_outputs.push_back(make_tensor(operand.value, 1));
      fill(of_outputs.back(), 7);
    }
    for (int i = 0; i < static_cast<int>(data.size()); ++i) {
      INFO("input " << i);
      const std::vector<float> truth = by_differences(c.op, data, weights, planar(of_outputs), i);
      CHECK(relative_error(by_terms(c.op, *gradient, data, weights, of_outputs, i), truth) < 1e-5);
    }
  }
  for (const OpKind kind : {OpKind::Add, OpKind::Concat, OpKind::Copy, OpKind::Upsample}) {
    INFO(name_of(kind));
    CHECK(differentiable.count(kind) == 1);
  }
}
