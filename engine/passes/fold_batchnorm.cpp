#include <utility>

#include "engine/passes/passes.h"
#include "engine/passes/rewrite.h"

namespace nightjar {
namespace {

// A convolution or matrix product that has neither bias nor anything behind it yet.
bool is_bare(const Node& node) {
  if (node.parameters.size() != 1) return false;
  if (const auto* conv = std::get_if<ops::Conv>(&node.op)) {
    return conv->activation == Activation::linear && !conv->residual;
  }
  const auto* connected = std::get_if<ops::Connected>(&node.op);
  return connected && connected->activation == Activation::linear;
}

}  // namespace

Graph fold_batchnorm(Graph graph) {
  Rewrite rewrite(std::move(graph));
  auto& nodes = rewrite.graph().nodes;
  for (int i = 0; i < static_cast<int>(nodes.size()); ++i) {
    const Node& norm = nodes[static_cast<std::size_t>(i)];
    if (!std::holds_alternative<ops::BatchNorm>(norm.op)) continue;
    const int source = norm.inputs[0];
    Node& target = nodes[static_cast<std::size_t>(source)];
    if (!is_bare(target) || rewrite.readers(source) != 1) continue;
    target.parameters.insert(target.parameters.end(), norm.parameters.begin(), norm.parameters.end());
    rewrite.merge(i, source, true);
  }
  return rewrite.finish();
}

}  // namespace nightjar
