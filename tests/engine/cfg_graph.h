// Graphs from cfg texts, for the tests of layers.
#pragma once

#include <string>
#include <utility>

#include "engine/build.h"
#include "kernels/ops/activate.h"
#include "kernels/ops/add.h"
#include "kernels/ops/avg_pool.h"
#include "kernels/ops/batch_norm.h"
#include "kernels/ops/binarise_weights.h"
#include "kernels/ops/binomial_filter.h"
#include "kernels/ops/concat.h"
#include "kernels/ops/connected.h"
#include "kernels/ops/constant.h"
#include "kernels/ops/conv.h"
#include "kernels/ops/conv_xnor.h"
#include "kernels/ops/copy.h"
#include "kernels/ops/crop.h"
#include "kernels/ops/deconv.h"
#include "kernels/ops/fold_batch_norm.h"
#include "kernels/ops/heads/gaussian_head.h"
#include "kernels/ops/heads/region_head.h"
#include "kernels/ops/heads/yolo_head.h"
#include "kernels/ops/local.h"
#include "kernels/ops/local_avg_pool.h"
#include "kernels/ops/local_response_norm.h"
#include "kernels/ops/max_pool.h"
#include "kernels/ops/max_pool_depth.h"
#include "kernels/ops/multiply.h"
#include "kernels/ops/normalize_channels.h"
#include "kernels/ops/reorg.h"
#include "kernels/ops/reshape.h"
#include "kernels/ops/softmax.h"
#include "kernels/ops/upsample.h"
#include "tests/catch.h"

namespace nightjar::test {

// Builds the graph of a cfg text, which messages call "x.cfg".
inline Result<Graph> try_graph(const std::string& text, const BuildOptions& options = {}) {
  const Result<Cfg> cfg = parse_cfg(text, "x.cfg");
  if (!cfg) return cfg.error();
  return build_graph(*cfg, options);
}

// The graph of layers after an input of `c` x `h` x `w`; their first line is line 5 of the file.
inline std::string with_input(const std::string& layers, int c = 3, int h = 8, int w = 8) {
  return "[net]\nchannels=" + std::to_string(c) + "\nheight=" + std::to_string(h) +
         "\nwidth=" + std::to_string(w) + "\n" + layers;
}

inline Graph graph_of(const std::string& text, const BuildOptions& options = {}) {
  Result<Graph> graph = try_graph(text, options);
  INFO((graph ? std::string() : graph.error().message));
  REQUIRE(graph);
  CHECK(fault_of(*graph) == "");
  return *std::move(graph);
}

// The message a cfg text is refused with; "" if it is not.
inline std::string refusal(const std::string& text, const BuildOptions& options = {}) {
  const Result<Graph> graph = try_graph(text, options);
  return graph ? std::string() : graph.error().message;
}

// The last node of the graph, whose operation must be an Op.
template <class Op>
const Op& last_op(const Graph& graph) {
  const Op* op = graph.nodes.back().op.template as<Op>();
  REQUIRE(op != nullptr);
  return *op;
}

inline int last_node(const Graph& graph) {
  return static_cast<int>(graph.nodes.size()) - 1;
}

// The shape of what a node writes.
inline Shape shape_of(const Graph& graph, int node) {
  return graph.shape(graph.nodes[node].outputs[0]);
}
inline Shape last_shape(const Graph& graph) {
  return shape_of(graph, last_node(graph));
}

// The parameters that a node reads as weights, by their numbers.
inline std::vector<int> weights_of(const Graph& graph, int node) {
  std::vector<int> numbers;
  for (const int value : inputs_of(graph.nodes[node], Role::weight))
    numbers.push_back(graph.values[value].parameter);
  return numbers;
}

// The nodes that write what a node reads as data; -1 is what comes from outside.
inline std::vector<int> sources_of(const Graph& graph, int node) {
  std::vector<int> sources;
  for (const int value : inputs_of(graph.nodes[node], Role::data))
    sources.push_back(graph.values[value].producer);
  return sources;
}

// The nodes that write the layers' outputs; -1 for the input, -2 where a layer has none left.
inline std::vector<int> layer_nodes(const Graph& graph) {
  std::vector<int> nodes;
  for (const int value : graph.layer_output) nodes.push_back(value < 0 ? -2 : graph.values[value].producer);
  return nodes;
}

// "name:count" of every parameter, in file order.
inline std::string parameter_list(const Graph& graph) {
  std::string list;
  for (const Parameter& parameter : graph.parameters)
    list += (list.empty() ? "" : " ") + parameter.name + ":" + std::to_string(parameter.count);
  return list;
}

// A tree of `classes` classes that are all roots.
inline ClassTree flat_tree(int classes) {
  ClassTree tree;
  tree.names.resize(classes, "class");
  tree.parent.resize(classes, -1);
  tree.group_sizes = {classes};
  return tree;
}

}  // namespace nightjar::test
