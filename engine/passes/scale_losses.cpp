// Loss scaling as nodes. What a loss reads and writes stays in floats where others are stored in halves
// (Operand::exact): a copy before it takes halves to floats, and the scale behind it makes halves of them
// again.
#include <algorithm>
#include <utility>

#include "engine/passes/training.h"
#include "kernels/ops/copy.h"
#include "kernels/ops/losses/scale_loss.h"

namespace nightjar {
namespace {

class Scaling {
 public:
  explicit Scaling(Graph graph) : graph_(std::move(graph)) {
    graph_.training->loss_scale = graph_.add_value({once(LossScale::shape(), Kind::state)});
  }

  Graph run() {
    std::vector<Node> before = std::move(graph_.nodes);
    graph_.nodes.clear();
    for (Node& node : before) {
      for (int& input : node.inputs) input = scaled(input);
      if (is_loss(node)) {
        add_loss(std::move(node));
      } else {
        graph_.nodes.push_back(std::move(node));
      }
    }
    graph_.find_producers();
    return std::move(graph_);
  }

 private:
  bool is_loss(const Node& node) const {
    const auto& losses = graph_.training->losses;
    return std::any_of(losses.begin(), losses.end(), [&](const Training::Loss& loss) {
      return std::count(node.outputs.begin(), node.outputs.end(), loss.parts) > 0;
    });
  }

  // A gradient, once it was scaled, in place of what the loss wrote.
  int scaled(int value) const {
    for (const auto& [gradient, by_scale] : scaled_)
      if (gradient == value) return by_scale;
    return value;
  }

  // Of its operands the first are those that it learns from and what these learn.
  void add_loss(Node node) {
    const int read = node.inputs[0], gradient = node.outputs[0], layer = node.layer;
    const Shape shape = graph_.shape(read);
    node.inputs[0] = graph_.add_node(ops::Copy{shape}, {read}, layer);
    graph_.nodes.push_back(std::move(node));
    const int scale = graph_.training->loss_scale;
    const int by_scale = graph_.add_node(ops::ScaleLoss{graph_.shape(gradient)}, {gradient, scale}, layer);
    scaled_.emplace_back(gradient, by_scale);
  }

  Graph graph_;
  std::vector<std::pair<int, int>> scaled_;  // of each loss: its gradient, and that as it is read
};

}  // namespace

Graph scale_losses(Graph graph) {
  Graph scaled = Scaling(std::move(graph)).run();
  verify(scaled, "scale_losses");
  return scaled;
}

}  // namespace nightjar
