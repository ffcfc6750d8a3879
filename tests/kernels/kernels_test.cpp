// Every kernel of every instruction set this machine has, against the reference.
#include <map>
#include <set>

#include "tests/catch.h"
#include "tests/kernels/harness.h"

using namespace nightjar;
using namespace nightjar::testing;

namespace {

// DESIGN: 1e-5 for direct kernels, 1e-3 at the heads of a deep network for Winograd, of which one layer keeps
// 1e-5, too.
constexpr double tolerance = 1e-5;

// The layouts in which a kernel may meet a case: everything blocked, planar in (pictures), planar out
// (heads), and from one block width to another.
struct Layout {
  int in, out;
};
std::vector<Layout> layouts(const KernelSet& set) {
  const std::set<int> blocks{1, set.narrow_block, set.block};
  std::vector<Layout> all;
  for (const int in : blocks) {
    for (const int out : blocks) {
      if (in > 1 || out > 1) all.push_back({in, out});
    }
  }
  return all;
}

template <class Check>
void each_accepted(Check check) {
  std::map<std::string, int> accepted;
  for (const KernelSet& set : kernel_sets()) {
    if (set.block == 1) continue;  // the reference itself
    for (const Kernel* kernel : set.kernels) {
      accepted[kernel->name];
      for (const OpCase& c : op_cases()) {
        if (c.op.index() != kernel->op) continue;
        for (const Layout layout : layouts(set)) {
          if (check(*kernel, c, layout)) ++accepted[kernel->name];
        }
      }
    }
  }
  for (const auto& [name, count] : accepted) {
    INFO(name);
    CHECK(count > 0);  // a kernel that no case reaches is not tested
  }
}

}  // namespace

TEST_CASE("every kernel agrees with the reference") {
  each_accepted([](const Kernel& kernel, const OpCase& c, Layout layout) {
    const Outcome outcome = run_case(kernel, c, 1, layout.in, layout.out);
    if (!outcome.accepted) return false;
    INFO(kernel.name << ": " << c.name << ", blocks of " << layout.in << " -> " << layout.out);
    CHECK(outcome.error <= tolerance);
    CHECK(outcome.padding_finite);
    return true;
  });
}

TEST_CASE("a kernel's result does not depend on the batch or on how its items are cut", "[slow]") {
  each_accepted([](const Kernel& kernel, const OpCase& c, Layout layout) {
    const Outcome whole = run_case(kernel, c, 2, layout.in, layout.out, 1);
    if (!whole.accepted) return false;
    INFO(kernel.name << ": " << c.name);
    CHECK(run_case(kernel, c, 2, layout.in, layout.out, 5).values == whole.values);
    const Outcome alone = run_case(kernel, c, 1, layout.in, layout.out, 1);
    CHECK(std::equal(alone.values.begin(), alone.values.end(), whole.values.begin()));
    return true;
  });
}

TEST_CASE("an output that no cache holds is as right as a small one", "[slow]") {
  for (const KernelSet& set : kernel_sets()) {
    if (set.block == 1) continue;
    for (const OpCase& c : large_cases()) {
      int accepted = 0;
      for (const Kernel* kernel : set.kernels) {
        if (c.op.index() != kernel->op) continue;
        const Outcome outcome = run_case(*kernel, c, 1, c.in[0].c == 3 ? 1 : set.block, set.block);
        INFO(kernel->name << ": " << c.name);
        accepted += outcome.accepted;
        CHECK(outcome.error <= tolerance);
      }
      CHECK(accepted > 0);
    }
  }
}
