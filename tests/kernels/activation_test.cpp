// The vectorised activations of every instruction set against double precision: the errors that math.h
// states.
#include <cmath>
#include <set>

#include "kernels/reference/reference.h"
#include "tests/catch.h"
#include "tests/kernels/harness.h"

using namespace nightjar;
using namespace nightjar::testing;

namespace {

struct Vectorised {
  const Kernel* kernel;
  int block;
};
// The kernels for activations of every instruction set and register width.
std::vector<Vectorised> activate_kernels() {
  const Op op = ops::Activate{};
  std::vector<Vectorised> all;
  for (const KernelSet& set : kernel_sets()) {
    if (set.block == 1) continue;  // what they are measured against
    for (const int block : std::set<int>{set.block, set.narrow_block}) {
      const Tensor t = make_tensor({block, 1, 1}, 1, block, 0).view;
      for (const Kernel* kernel : set.kernels) {
        if (kernel->op == op.index() && kernel->accepts(op, &t, t)) all.push_back({kernel, block});
      }
    }
  }
  return all;
}

// Largest error over [low, high], relative to the value or, where that is smaller, to `floor`.
double worst_error(const Vectorised& v, Activation activation, double low, double high, double floor) {
  const int points = 1 << 16;
  const Shape shape{v.block, 1, points};
  OwnedTensor in = make_tensor(shape, 1, v.block, 0), out = make_tensor(shape, 1, v.block, 0);
  for (int c = 0; c < v.block; ++c) {
    for (int i = 0; i < points; ++i) {
      *in.view.at(0, c, 0, i) = static_cast<float>(low + (high - low) * (i + double(c) / v.block) / points);
    }
  }
  const Op op = ops::Activate{shape, activation};
  const Kernel& kernel = *v.kernel;
  const Call call{&in.view, 1, out.view, nullptr};
  kernel.run(op, call, 0, 0, kernel.work(op, call).items[0], {nullptr, nullptr});
  double worst = 0;
  for (int c = 0; c < v.block; ++c) {
    for (int i = 0; i < points; ++i) {
      const double x = *in.view.at(0, c, 0, i), y = *out.view.at(0, c, 0, i);
      const double s = 1 / (1 + std::exp(-x));
      const double truth = activation == Activation::logistic ? s
                           : activation == Activation::swish  ? x * s
                           : activation == Activation::mish   ? x * std::tanh(std::log1p(std::exp(x)))
                                                              : std::tanh(x);
      worst = std::max(worst, std::abs(y - truth) / std::max(std::abs(truth), floor));
    }
  }
  return worst;
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
