#include <utility>

#include "engine/passes/passes.h"
#include "engine/passes/rewrite.h"
#include "kernels/ops/activate.h"

namespace nightjar {

Graph fuse_activation(Graph graph) {
  Rewrite rewrite(std::move(graph));
  for (int i = 0; i < rewrite.nodes(); ++i) {
    const Node& node = rewrite.node(i);
    const auto* activate = node.op.as<ops::Activate>();
    if (!activate) continue;
    const int source = rewrite.sole_source(node.inputs[0]);
    if (source < 0 || !rewrite.node(source).op.fuses().activation) continue;
    Node& target = rewrite.node(source);
    target.op = target.op.with_activation(activate->activation);
    rewrite.merge(i, source, target.layer == node.layer);
  }
  return rewrite.finish();
}

}  // namespace nightjar
