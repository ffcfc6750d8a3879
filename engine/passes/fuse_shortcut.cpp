#include <utility>

#include "engine/passes/passes.h"
#include "engine/passes/rewrite.h"

namespace nightjar {
namespace {

// The input of `add` that is a convolution nobody else reads, and that runs after the other input: 0, 1, or
// -1.
int fusible_input(const Rewrite& rewrite, const std::vector<Node>& nodes, const Node& add) {
  const auto* op = std::get_if<ops::Add>(&add.op);
  if (!op || op->weights != ops::Add::Weights::none || add.inputs.size() != 2) return -1;
  for (int i = 0; i < 2; ++i) {
    const int source = add.inputs[static_cast<std::size_t>(i)],
              other = add.inputs[static_cast<std::size_t>(1 - i)];
    const Node& node = nodes[static_cast<std::size_t>(source)];
    const auto* conv = std::get_if<ops::Conv>(&node.op);
    if (conv && !conv->residual && rewrite.readers(source) == 1 && other < source &&
        node.shape == add.shape && nodes[static_cast<std::size_t>(other)].shape == add.shape) {
      return i;
    }
  }
  return -1;
}

}  // namespace

Graph fuse_shortcut(Graph graph) {
  Rewrite rewrite(std::move(graph));
  auto& nodes = rewrite.graph().nodes;
  for (int i = 0; i < static_cast<int>(nodes.size()); ++i) {
    const Node& add = nodes[static_cast<std::size_t>(i)];
    const int which = fusible_input(rewrite, nodes, add);
    if (which < 0) continue;
    const int source = add.inputs[static_cast<std::size_t>(which)];
    Node& target = nodes[static_cast<std::size_t>(source)];
    auto& conv = *std::get_if<ops::Conv>(&target.op);
    conv.residual = true;
    conv.residual_activation = std::get_if<ops::Add>(&add.op)->activation;
    target.inputs.push_back(add.inputs[static_cast<std::size_t>(1 - which)]);
    rewrite.merge(i, source, false);
  }
  return rewrite.finish();
}

}  // namespace nightjar
