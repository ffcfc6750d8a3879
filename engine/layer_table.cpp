#include "engine/layer_table.h"

#include "engine/format_line.h"

namespace nightjar {
namespace {

std::string shape_text(const Shape& s) {
  return format("%4d x%4d x%4d", s.w, s.h, s.c);
}

// The node in which layer `layer` does its main work: the first it emitted that is not about parameters; none
// for layers that only forward.
const Node* main_node(const Graph& graph, int layer) {
  for (const Node& node : graph.nodes) {
    const int output = node.outputs[0];
    if (node.layer == layer && graph.values[static_cast<std::size_t>(output)].kind != Kind::parameter)
      return &node;
  }
  return nullptr;
}

double layer_bflops(const Graph& graph, int layer) {
  double total = 0;
  for (const Node& node : graph.nodes) {
    if (node.layer == layer) total += static_cast<double>(node.op.flops()) * 1e-9;
  }
  return total;
}

}  // namespace

std::vector<LayerInfo> layer_infos(const Graph& graph) {
  std::vector<LayerInfo> infos;
  for (int layer = 0; layer < static_cast<int>(graph.layer_output.size()); ++layer) {
    const Node* node = main_node(graph, layer);
    const Shape out = graph.shape(graph.layer_output[static_cast<std::size_t>(layer)]);
    infos.push_back(
        {graph.layer_type[static_cast<std::size_t>(layer)], node ? graph.shape(node->inputs[0]) : out, out});
  }
  return infos;
}

std::string layer_table(const Graph& graph) {
  std::string table = format("%5s %-16s %7s  %-14s %-18s    %-18s %9s\n", "layer", "type", "filters",
                             "size/stride", "      input", "      output", "BFLOPs");
  double total = 0;
  int layer = 0;
  for (const LayerInfo& info : layer_infos(graph)) {
    const Node* node = main_node(graph, layer);
    const Columns columns = node ? node->op.columns() : Columns{};
    const double bflops = layer_bflops(graph, layer);
    total += bflops;
    table += format("%5d %-16s %7s  %-14s %s -> %s", layer++, info.type.c_str(), columns.filters.c_str(),
                    columns.size.c_str(), shape_text(info.input).c_str(), shape_text(info.output).c_str());
    table += bflops > 0 ? format(" %9.3f\n", bflops) : "\n";
  }
  return table + format("%d layers, %.3f BFLOPs, %lld parameters\n",
                        static_cast<int>(graph.layer_output.size()), total,
                        static_cast<long long>(graph.parameter_floats()));
}

}  // namespace nightjar
