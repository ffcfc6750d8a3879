#include <utility>

#include "engine/passes/passes.h"
#include "engine/passes/rewrite.h"

namespace nightjar {
namespace {

// The activation of a node that can have one in its store and has none yet.
Activation* free_activation(Op& op) {
  Activation* found = nullptr;
  if (auto* conv = std::get_if<ops::Conv>(&op); conv && !conv->residual) found = &conv->activation;
  if (auto* connected = std::get_if<ops::Connected>(&op)) found = &connected->activation;
  return found && *found == Activation::linear ? found : nullptr;
}

}  // namespace

Graph fuse_activation(Graph graph) {
  Rewrite rewrite(std::move(graph));
  auto& nodes = rewrite.graph().nodes;
  for (int i = 0; i < static_cast<int>(nodes.size()); ++i) {
    const Node& node = nodes[static_cast<std::size_t>(i)];
    const auto* activate = std::get_if<ops::Activate>(&node.op);
    if (!activate) continue;
    const int source = node.inputs[0];
    Node& target = nodes[static_cast<std::size_t>(source)];
    Activation* slot = free_activation(target.op);
    if (!slot || rewrite.readers(source) != 1) continue;
    *slot = activate->activation;
    rewrite.merge(i, source, target.layer == node.layer);
  }
  return rewrite.finish();
}

}  // namespace nightjar
