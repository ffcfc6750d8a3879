// What can be told from a graph alone: its size, its cost, and whether it holds together.
#include "engine/graph.h"

#include <algorithm>

#include "engine/saturate.h"

namespace nightjar {
namespace {

// Whether a node's inputs and output have the shapes that its operation was made for.
struct ShapesAgree {
  const std::vector<Shape>& in;
  Shape out;

  bool operator()(const ops::Input&) const { return in.empty(); }
  bool operator()(const ops::Conv& op) const {
    return in.size() == (op.residual ? 2u : 1u) && in[0] == op.in && out == op.out &&
           in.back() == (op.residual ? out : op.in);
  }
  bool operator()(const ops::Connected& op) const { return maps(op.in, {op.outputs, 1, 1}); }
  bool operator()(const ops::BatchNorm& op) const { return maps(op.shape, op.shape); }
  bool operator()(const ops::Activate& op) const { return maps(op.shape, op.shape); }
  bool operator()(const ops::NormalizeChannels& op) const { return maps(op.shape, op.shape); }
  bool operator()(const ops::Add& op) const { return in.size() > 1 && in[0] == op.shape && out == op.shape; }
  bool operator()(const ops::Concat& op) const {
    bool fits = in.size() == op.slices.size() && out == op.out;
    std::int64_t channels = 0;
    for (std::size_t i = 0; fits && i < in.size(); ++i) {
      const auto [first, count] = op.slices[i];
      fits = in[i].h == out.h && in[i].w == out.w && first >= 0 && count > 0 && first + count <= in[i].c;
      channels += count;
    }
    return fits && channels == out.c;
  }
  bool operator()(const ops::Upsample& op) const { return maps(op.in, op.out); }
  bool operator()(const ops::MaxPool& op) const { return maps(op.in, op.out); }
  bool operator()(const ops::MaxPoolDepth& op) const { return maps(op.in, op.out); }
  bool operator()(const ops::LocalAvgPool& op) const { return maps(op.in, op.out); }
  bool operator()(const ops::AvgPool& op) const { return maps(op.in, {op.in.c, 1, 1}); }
  bool operator()(const ops::Reorg& op) const { return maps(op.in, op.out); }
  bool operator()(const ops::Multiply& op) const {
    using Factor = ops::Multiply::Factor;
    const Shape factor = op.factor == Factor::per_channel ? Shape{op.shape.c, 1, 1}
                         : op.factor == Factor::per_pixel ? Shape{1, op.shape.h, op.shape.w}
                                                          : op.shape;
    return in.size() == 2 && in[0] == factor && in[1] == op.shape && out == op.shape;
  }
  bool operator()(const ops::Softmax& op) const { return maps(op.shape, op.shape); }
  bool operator()(const ops::YoloHead& op) const { return is_head(op.shape, op.anchors, 5 + op.classes); }
  bool operator()(const ops::GaussianHead& op) const { return is_head(op.shape, op.anchors, 9 + op.classes); }
  bool operator()(const ops::RegionHead& op) const {
    return is_head(op.shape, op.anchors, op.coords + 1 + op.classes);
  }

 private:
  bool maps(Shape from, Shape to) const { return in.size() == 1 && in[0] == from && out == to; }
  bool is_head(Shape shape, int anchors, int planes) const {
    return maps(shape, shape) && shape.c == std::int64_t{anchors} * planes;
  }
};

template <class Index, class Size>
bool all_below(const std::vector<Index>& indices, Size end) {
  return std::all_of(indices.begin(), indices.end(),
                     [&](Index i) { return i >= 0 && static_cast<std::size_t>(i) < end; });
}

bool verify_node(const Graph& graph, std::size_t number) {
  const Node& node = graph.nodes[number];
  if (!all_below(node.inputs, number) || !all_below(node.parameters, graph.parameters.size())) return false;
  std::vector<Shape> in;
  for (const int input : node.inputs) in.push_back(graph.nodes[input].shape);
  return node.shape.c > 0 && node.shape.h > 0 && node.shape.w > 0 &&
         std::visit(ShapesAgree{in, node.shape}, node.op);
}

// The arrays lie one after the other, as in the file.
bool verify_parameters(const Graph& graph) {
  std::int64_t offset = 0;
  for (const Parameter& parameter : graph.parameters) {
    if (parameter.offset != offset) return false;
    offset += parameter.count;
  }
  return true;
}

bool is_head(const Op& op) {
  return std::holds_alternative<ops::YoloHead>(op) || std::holds_alternative<ops::GaussianHead>(op) ||
         std::holds_alternative<ops::RegionHead>(op);
}

}  // namespace

std::int64_t Graph::parameter_floats() const {
  return parameters.empty() ? 0 : parameters.back().offset + parameters.back().count;
}

std::int64_t flops(const Node& node) {
  if (const auto* conv = std::get_if<ops::Conv>(&node.op))
    return saturated_product({2, conv->out.size(), conv->in.c / conv->groups, conv->size, conv->size});
  if (const auto* connected = std::get_if<ops::Connected>(&node.op))
    return saturated_product({2, connected->in.size(), connected->outputs});
  return 0;
}

bool verify(const Graph& graph) {
  const std::size_t nodes = graph.nodes.size();
  if (nodes == 0 || !std::holds_alternative<ops::Input>(graph.nodes[0].op) ||
      !(graph.nodes[0].shape == graph.input))
    return false;
  for (std::size_t number = 0; number < nodes; ++number)
    if (!verify_node(graph, number)) return false;
  const auto head_exists = [&](const Head& head) {
    return base(head).node >= 0 && static_cast<std::size_t>(base(head).node) < nodes &&
           is_head(graph.nodes[base(head).node].op);
  };
  return verify_parameters(graph) && all_below(graph.layer_output, nodes) &&
         all_below(std::vector{graph.output}, nodes) &&
         graph.layer_type.size() == graph.layer_output.size() &&
         std::all_of(graph.heads.begin(), graph.heads.end(), head_exists);
}

}  // namespace nightjar
