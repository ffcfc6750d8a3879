// Graphs from cfg texts, for the tests of layers.
#pragma once

#include <string>
#include <utility>

#include "engine/build.h"
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
  CHECK(verify(*graph));
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
  const Op* op = std::get_if<Op>(&graph.nodes.back().op);
  REQUIRE(op != nullptr);
  return *op;
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
