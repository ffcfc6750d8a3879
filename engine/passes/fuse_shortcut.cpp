#include <utility>

#include "engine/passes/passes.h"
#include "engine/passes/rewrite.h"
#include "kernels/ops/add.h"

namespace nightjar {
namespace {

// The input of a sum of two that is written by a node which can add the other one in its store, and runs
// after it: 0, 1, or -1.
int fusible_input(Rewrite& rewrite, const Node& sum) {
  const auto* op = sum.op.as<ops::Add>();
  if (!op || !op->is_plain() || op->inputs() != 2) return -1;
  for (int i = 0; i < 2; ++i) {
    const int source = rewrite.sole_source(sum.inputs[i]);
    const int other = rewrite.graph().values[static_cast<std::size_t>(sum.inputs[1 - i])].producer;
    if (source >= 0 && other < source && rewrite.node(source).op.fuses().residual) return i;
  }
  return -1;
}

}  // namespace

Graph fuse_shortcut(Graph graph) {
  Rewrite rewrite(std::move(graph));
  for (int i = 0; i < rewrite.nodes(); ++i) {
    const Node& sum = rewrite.node(i);
    const int which = fusible_input(rewrite, sum);
    if (which < 0) continue;
    const int source = rewrite.sole_source(sum.inputs[which]);
    Node& target = rewrite.node(source);
    target.op = target.op.with_residual(sum.op.as<ops::Add>()->activation);
    target.inputs.insert(target.inputs.begin() + 1, sum.inputs[1 - which]);
    rewrite.merge(i, source, false);
  }
  return rewrite.finish();
}

}  // namespace nightjar
