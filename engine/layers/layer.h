// What a Darknet layer is to nightjar: a name, the keys it knows, and a function that lowers one section to graph nodes.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/build.h"
#include "engine/graph.h"
#include "parsers/cfg.h"

namespace nightjar {

// Handed to a layer's build function: its options, what lies in front of it, and the graph it adds to.
// Mistakes in the cfg are reported through options.refuse(); the caller stops at the first one.
class LayerBuilder {
 public:
  LayerBuilder(Graph& graph, const BuildOptions& build, CfgOptions options, int index);

  CfgOptions options;
  const BuildOptions& build;
  const int index;  // Darknet's number of this layer: sections after [net], from 0

  int input() const;                    // node of the previous layer's output
  Shape input_shape() const;
  Shape shape(int node) const;
  // Resolves one layer reference of `key` (negative: relative to this layer) to that layer's output node. Refuses
  // anything that is not an earlier layer, and returns the input then.
  int source(std::string_view key, int reference);

  // Declares the next array of the weights file.
  int parameter(std::string name, std::int64_t count);
  // The node an earlier layer emitted for its convolution, for share_index.
  const Node& node(int number) const;
  Parameter& parameter_info(int parameter);

  // Adds a node and makes it this layer's output. Refuses a shape with a side below 1 or above the size limits.
  int emit(Op op, std::vector<int> inputs, Shape shape, std::vector<int> parameters = {});
  // Makes an existing node this layer's output: dropout, cost, route of one whole layer.
  void forward(int node);
  // Describes the head whose values are the layer's output.
  void head(Head head);

 private:
  Graph& graph_;
};

struct LayerType {
  std::string_view name;                  // as Darknet spells the section
  std::span<const std::string_view> aliases;
  std::span<const std::string_view> keys; // inference and training keys this layer knows; others are warned about
  void (*build)(LayerBuilder&);
};

// The registry (engine/layers/registry.cpp): one line a layer.
std::span<const LayerType* const> layer_types();
const LayerType* find_layer_type(std::string_view section_type);  // by name or alias; nullptr if there is none

}  // namespace nightjar
