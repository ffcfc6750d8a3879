// Every kernel of every instruction set this machine has, against the definitions.
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <set>

#include "kernels/cpu/reference.h"
#include "kernels/ops/conv_xnor.h"
#include "kernels/reference/elements.h"
#include "tests/catch.h"
#include "tests/kernels/cpu_case.h"
#include "tests/kernels/op_cases.h"

using namespace nightjar;
using namespace nightjar::testing;
using cpu::CpuKernel, cpu::KernelSet;

namespace {

// DESIGN: 1e-5 for direct kernels, 1e-3 at the heads of a deep network for Winograd, of which one layer keeps
// 1e-5, too.
constexpr double tolerance = 1e-5;

// The layouts in which a kernel may meet a case: everything blocked, planar in (pictures), planar out
// (heads), from one block width to another, pixel by pixel.
std::vector<CpuLayouts> layouts(const KernelSet& set) {
  const std::set<int> blocks{1, set.narrow_block, set.block};
  std::vector<CpuLayouts> all;
  const Layout by_pixel{.by_pixel = true};
  for (const int out : blocks) {
    for (const int in : blocks) all.push_back({{in}, {out}, {out}});
    all.push_back({by_pixel, by_pixel, {out}});
    all.push_back({{out}, {out}, by_pixel});
  }
  all.push_back({by_pixel, by_pixel, by_pixel});
  return all;
}

// Halos that other readers and writers of the same values may ask for.
std::vector<CpuLayouts> with_halos(const CpuLayouts& base) {
  std::vector<CpuLayouts> all{base};
  for (const auto& [first, others, out] :
       {std::array{0, 1, 0}, std::array{0, 0, 1}, std::array{1, 0, 0}, std::array{1, 2, 3}}) {
    CpuLayouts l = base;
    if (!l.first.by_pixel) l.first.halo = first;
    if (!l.others.by_pixel) l.others.halo = others;
    if (!l.out.by_pixel) l.out.halo = out;
    all.push_back(l);
  }
  return all;
}

struct Example {
  std::vector<OwnedTensor> data, weights;
};
Example make_example(const Op& op, int batch) {
  return {make_data(op, batch), make_weights(op)};
}

// What an operation computes of one image; worked out once.
struct Truth : Example {
  std::vector<float> values;
};
const Truth& truth_of(const OpCase& c) {
  static std::map<const OpCase*, Truth> known;
  Truth& truth = known[&c];
  if (truth.values.empty()) {
    static_cast<Example&>(truth) = make_example(c.op, 1);
    truth.values = planar(define(c.op, views(truth.data), truth.weights));
  }
  return truth;
}

void check_against_definition(const CpuKernel& kernel, const OpCase& c, const CpuLayouts& l, int ranges) {
  const Truth& truth = truth_of(c);
  const CpuOutcome outcome = run_on_cpu(kernel, c.op, views(truth.data), truth.weights, l, ranges);
  INFO(kernel.name << ": " << c.name << ", blocks of " << l.first.block << " -> " << l.out.block << ", halos "
                   << l.first.halo << " " << l.others.halo << " " << l.out.halo);
  CHECK(relative_error(outcome.values, truth.values) <= tolerance);
  CHECK(outcome.in_bounds);
  CHECK(outcome.padding_clean);
}

// Calls check(kernel, case, layouts) wherever a kernel accepts; returns how often each did.
template <class Check>
std::map<std::string, int> each_accepted(const std::vector<OpCase>& cases, Check check) {
  std::map<std::string, int> accepted;
  for (const KernelSet& set : cpu::kernel_sets()) {
    if (set.block == 1) continue;  // the definitions themselves
    for (const CpuKernel* kernel : set.kernels) {
      accepted[kernel->name];
      for (const OpCase& c : cases) {
        for (const CpuLayouts& l : layouts(set)) {
          if (!accepts(*kernel, c.op, l)) continue;
          ++accepted[kernel->name];
          check(*kernel, c, l);
        }
      }
    }
  }
  return accepted;
}

void check_all_reached(const std::map<std::string, int>& accepted) {
  for (const auto& [name, count] : accepted) {
    INFO(name);
    CHECK(count > 0);  // a kernel that no case reaches is not tested
  }
}

}  // namespace

TEST_CASE("every operation has a case, and every case is one") {
  std::set<OpKind> kinds;
  for (const OpCase& c : op_cases()) {
    INFO(c.name);
    CHECK(c.op.agrees());
    kinds.insert(c.op.kind());
  }
  for (int kind = 0; kind < op_count; ++kind) {
    INFO(op_names[kind]);
    CHECK(kinds.count(static_cast<OpKind>(kind)) == 1);
  }
}

TEST_CASE("every kernel agrees with the definition") {
  check_all_reached(each_accepted(op_cases(), [](const CpuKernel& kernel, const OpCase& c, CpuLayouts base) {
    for (const CpuLayouts& l : with_halos(base)) {
      if (accepts(kernel, c.op, l)) check_against_definition(kernel, c, l, 3);
    }
  }));
}

TEST_CASE("every kernel is right on either side of its limits") {
  each_accepted(limit_cases(), [](const CpuKernel& kernel, const OpCase& c, const CpuLayouts& l) {
    check_against_definition(kernel, c, l, 2);
  });
}

TEST_CASE(
    "what all images of a batch go into agrees with the definition, in the same bits however it is cut") {
  std::map<const OpCase*, Truth> known;
  constexpr int batch = 3;
  each_accepted(op_cases(), [&](const CpuKernel& kernel, const OpCase& c, const CpuLayouts& l) {
    if (!cpu::joins_images(c.op)) return;
    INFO(kernel.name << ": " << c.name);
    Truth& truth = known[&c];
    if (truth.values.empty()) {
      static_cast<Example&>(truth) = make_example(c.op, batch);
      truth.values = planar(define(c.op, views(truth.data), truth.weights));
    }
    std::vector<float> first;
    for (const int ranges : {1, 2, 5}) {
      const CpuOutcome outcome = run_on_cpu(kernel, c.op, views(truth.data), truth.weights, l, ranges);
      CHECK(relative_error(outcome.values, truth.values) <= tolerance);
      CHECK(outcome.in_bounds);
      CHECK(outcome.padding_clean);
      if (first.empty()) first = outcome.values;
      CHECK(outcome.values == first);
    }
  });
}

TEST_CASE("a kernel's result does not depend on the batch or on how its items are cut", "[slow]") {
  struct Cut {
    int batch, ranges;
  };
  constexpr int most = 13;
  std::map<const OpCase*, Example> examples;
  each_accepted(op_cases(), [&](const CpuKernel& kernel, const OpCase& c, const CpuLayouts& l) {
    if (cpu::joins_images(c.op)) return;
    INFO(kernel.name << ": " << c.name);
    if (!examples.count(&c)) examples.emplace(&c, make_example(c.op, most));
    const Example& example = examples.at(&c);
    std::vector<float> alone;  // each image for itself
    for (int n = 0; n < most; ++n) {
      const CpuOutcome one = run_on_cpu(kernel, c.op, image_of(example.data, n), example.weights, l, 1);
      alone.insert(alone.end(), one.values.begin(), one.values.end());
    }
    for (const Cut cut : {Cut{1, 5}, Cut{3, 2}, Cut{5, 5}, Cut{7, 1}, Cut{13, 3}}) {
      INFO("batch of " << cut.batch);
      std::vector<Tensor> data = views(example.data);
      for (Tensor& t : data) t.batch = cut.batch;
      const CpuOutcome together = run_on_cpu(kernel, c.op, data, example.weights, l, cut.ranges);
      CHECK(std::equal(together.values.begin(), together.values.end(), alone.begin()));
      CHECK(together.in_bounds);
      CHECK(together.padding_clean);
    }
  });
}

TEST_CASE("an output that no cache holds is as right as a small one", "[slow]") {
  each_accepted(large_cases(), [](const CpuKernel& kernel, const OpCase& c, const CpuLayouts& l) {
    check_against_definition(kernel, c, l, 3);
  });
}

TEST_CASE("the reference's kernels compute the definitions") {
  const KernelSet& reference = cpu::kernel_sets().back();
  for (const OpCase& c : op_cases()) {
    int accepted = 0;
    for (const CpuKernel* kernel : reference.kernels) {
      if (!accepts(*kernel, c.op, {})) continue;
      INFO(c.name);
      ++accepted;
      for (const int batch : {1, 3}) {
        const Example example = make_example(c.op, batch);
        const std::vector<float> truth = planar(define(c.op, views(example.data), example.weights));
        const CpuOutcome outcome = run_on_cpu(*kernel, c.op, views(example.data), example.weights, {}, batch);
        CHECK(outcome.values == truth);
        CHECK(outcome.in_bounds);
      }
    }
    CHECK(accepted == 1);
  }
}

TEST_CASE("no kernel takes a value of another type for its own") {
  each_accepted(op_cases(), [](const CpuKernel& kernel, const OpCase& c, const CpuLayouts& l) {
    INFO(kernel.name << ": " << c.name);
    std::vector<Tensor> in, out;
    for (const Operand& operand : c.op.reads()) {
      if (operand.role == Role::data)
        in.push_back(describe(operand.value, 1, in.empty() ? l.first : l.others));
    }
    for (const Operand& operand : c.op.writes()) out.push_back(describe(operand.value, 1, l.out));
    REQUIRE(kernel.accepts(c.op, in.data(), out.data()));
    std::vector<Tensor*> all{&out[0]};
    for (Tensor& t : in) all.push_back(&t);
    for (Tensor* t : all) {
      for (const Type type : {Type::f16, Type::i8}) {
        t->type = type;
        CHECK_FALSE(kernel.accepts(c.op, in.data(), out.data()));
      }
      t->type = Type::f32;
    }
  });
}

TEST_CASE("what is not a number never is the greatest of a pool") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  each_accepted(op_cases(), [&](const CpuKernel& kernel, const OpCase& c, const CpuLayouts& l) {
    if (kernel.op != OpKind::MaxPool) return;
    INFO(kernel.name << ": " << c.name);
    const std::vector<OwnedTensor> data = make_data(c.op, 1);
    const Tensor& in = data[0].view;
    for (int y = 0; y < in.shape.h; ++y) {
      for (int x = y % 2; x < in.shape.w; x += 2) *in.at(0, (x + y) % in.shape.c, y, x) = nan;
    }
    const std::vector<float> truth = planar(define(c.op, views(data), {}));
    CHECK(std::none_of(truth.begin(), truth.end(), [](float v) { return std::isnan(v); }));
    CHECK(run_on_cpu(kernel, c.op, views(data), {}, l, 2).values == truth);
  });
}

TEST_CASE("neither zero nor what is not a number has the sign 1") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float values[] = {0, -0.f, nan, -nan, 1e-45f, -1e-45f, 1, -1, INFINITY, -INFINITY};
  each_accepted(op_cases(), [&](const CpuKernel& kernel, const OpCase& c, const CpuLayouts& l) {
    const auto* op = c.op.as<ops::ConvXnor>();
    if (!op || op->conv.residual) return;
    INFO(kernel.name << ": " << c.name);
    const std::vector<OwnedTensor> data = make_data(c.op, 1), weights = make_weights(c.op);
    std::size_t next = 0;
    reference::for_each_element(data[0].view, [&](int n, int channel, int y, int x) {
      *data[0].view.at(n, channel, y, x) = values[next++ * 7 % std::size(values)];
    });
    *weights[0].view.at(0, 0, 0, 0) = 0;
    *weights[0].view.at(0, op->conv.out.c - 1, 0, 0) = -0.f;
    const std::vector<float> truth = planar(define(c.op, views(data), weights));
    const CpuOutcome outcome = run_on_cpu(kernel, c.op, views(data), weights, l, 2);
    CHECK(relative_error(outcome.values, truth) <= tolerance);
    CHECK(outcome.padding_clean);
  });
}

TEST_CASE("signs are counted in 16 bits, and no more of them are taken") {
  for (const KernelSet& set : cpu::kernel_sets()) {
    if (set.block == 1) continue;
    for (const CpuKernel* kernel : set.kernels) {
      if (kernel->op != OpKind::ConvXnor) continue;
      INFO(kernel->name);
      ops::Conv conv{.in = {65535, 1, 1}, .out = {set.block, 1, 1}};
      const CpuLayouts l{{set.block}, {set.block}, {set.block}},
          narrow{{set.narrow_block}, {}, {set.narrow_block}};
      CHECK((accepts(*kernel, ops::ConvXnor{conv}, l) || accepts(*kernel, ops::ConvXnor{conv}, narrow)));
      conv.in.c = 65536;
      CHECK_FALSE(
          (accepts(*kernel, ops::ConvXnor{conv}, l) || accepts(*kernel, ops::ConvXnor{conv}, narrow)));
    }
  }
}
