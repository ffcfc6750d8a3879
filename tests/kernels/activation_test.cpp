// The activations of every instruction set against double precision, with the errors that math.h states, and
// the formulas that all devices share against the definitions beside them.
#include <cmath>
#include <limits>

#include "kernels/ops/activate.h"
#include "kernels/reference/reference.h"
#include "tests/catch.h"
#include "tests/kernels/cpu_case.h"

using namespace nightjar;
using namespace nightjar::testing;

namespace {

double define(Activation activation, double x) {
  switch (activation) {
#define NIGHTJAR_DEFINITION(name, type) \
  case Activation::name:                \
    return activations::type::define(x);
    NIGHTJAR_ACTIVATIONS(NIGHTJAR_DEFINITION)
#undef NIGHTJAR_DEFINITION
  }
  return x;
}

struct Vectorised {
  const cpu::CpuKernel* kernel;
  int block;
};
// The kernels for activations of every instruction set and register width.
std::vector<Vectorised> activate_kernels() {
  std::vector<Vectorised> all;
  for (const cpu::KernelSet& set : cpu::kernel_sets()) {
    if (set.block == 1) continue;  // what they are measured against
    for (const cpu::CpuKernel* kernel : set.kernels) {
      for (const int block : {set.narrow_block, set.block}) {
        if (accepts(*kernel, ops::Activate{{block, 1, 1}}, {{block}, {block}, {block}})) {
          all.push_back({kernel, block});
          break;
        }
      }
    }
  }
  return all;
}

// Largest error over [low, high], relative to the value or, where that is smaller, to `floor`.
double worst_error(const Vectorised& v, Activation activation, double low, double high, double floor) {
  const Shape shape{v.block, 64, 64};
  const Layout layout{v.block};
  const Op op = ops::Activate{shape, activation};
  std::vector<OwnedTensor> data = make_data(op, 1);
  const Tensor& in = data[0].view;
  double x = low;
  for (int c = 0; c < shape.c; ++c) {
    for (int i = 0; i < shape.h * shape.w; ++i, x += (high - low) / double(shape.size()))
      *in.at(0, c, i / shape.w, i % shape.w) = static_cast<float>(x);
  }
  const std::vector<float> inputs = planar(in);
  const CpuOutcome outcome = run_on_cpu(*v.kernel, op, views(data), {}, {layout, layout, layout}, 1);
  double worst = 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const double truth = define(activation, inputs[i]);
    worst = std::max(worst, std::abs(outcome.values[i] - truth) / std::max(std::abs(truth), floor));
  }
  return worst;
}

// One number, with what the formulas of kernels/activation.h ask of it.
struct Number {
  float v;
};
Number operator+(Number a, Number b) {
  return {a.v + b.v};
}
Number operator-(Number a, Number b) {
  return {a.v - b.v};
}
Number operator*(Number a, Number b) {
  return {a.v * b.v};
}
Number like(float c, Number) {
  return {c};
}
Number divide(Number a, Number b) {
  return {a.v / b.v};
}
Number max(Number a, Number b) {
  return {std::max(a.v, b.v)};
}
Number min(Number a, Number b) {
  return {std::min(a.v, b.v)};
}
bool greater(Number a, Number b) {
  return a.v > b.v;
}
Number select(bool condition, Number yes, Number no) {
  return condition ? yes : no;
}
Number exp(Number x) {
  return {std::exp(x.v)};
}
Number expm1(Number x) {
  return {std::expm1(x.v)};
}
Number tanh(Number x) {
  return {std::tanh(x.v)};
}
Number floor(Number x) {
  return {std::floor(x.v)};
}
Number logistic(Number x) {
  return {1 / (1 + std::exp(-x.v))};
}

float formula(Activation activation, float x) {
  switch (activation) {
#define NIGHTJAR_FORMULA_OF(name, type) \
  case Activation::name:                \
    return activations::type::of(Number{x}).v;
    NIGHTJAR_ACTIVATIONS(NIGHTJAR_FORMULA_OF)
#undef NIGHTJAR_FORMULA_OF
  }
  return x;
}

}  // namespace

TEST_CASE("activations are as exact as stated") {
  for (const Vectorised& v : activate_kernels()) {
    INFO(v.kernel->name);
    for (const double range : {1., 10., 80.}) {
      INFO("-" << range << " .. " << range);
      CHECK(worst_error(v, Activation::logistic, -range, range, 1e-30) < 4e-7);
      CHECK(worst_error(v, Activation::swish, -range, range, 1e-30) < 4e-7);
      CHECK(worst_error(v, Activation::mish, -range, range, 1e-30) < 6e-7);
      CHECK(worst_error(v, Activation::tanh, -range, range, 1e-30) < 6e-7);
    }
    for (int a = 0; a < activation_count; ++a) {
      INFO(activation_names[a]);
      CHECK(worst_error(v, static_cast<Activation>(a), -10, 10, 1e-30) < 6e-7);
    }
  }
}

TEST_CASE("activations saturate: no NaN and no infinity from far inputs") {
  for (const Vectorised& v : activate_kernels()) {
    INFO(v.kernel->name);
    for (const Activation a : {Activation::logistic, Activation::swish, Activation::mish, Activation::tanh}) {
      INFO(name_of(a));
      CHECK(worst_error(v, a, -1e30, 1e30, 1e-3) < 1e-6);
    }
  }
}

TEST_CASE("every activation's formula computes its definition") {
  for (int a = 0; a < activation_count; ++a) {
    INFO(activation_names[a]);
    double worst = 0;
    for (float x = -20; x < 20; x += 1.f / 64) {
      const double truth = define(static_cast<Activation>(a), x);
      worst = std::max(
          worst, std::abs(formula(static_cast<Activation>(a), x) - truth) / std::max(1., std::abs(truth)));
    }
    CHECK(worst < 5e-7);
  }
}
