// What a Darknet layer is to nightjar: a name, the keys it knows, and a function that lowers one section to
// graph nodes.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/graph.h"
#include "engine/layers/build_options.h"
#include "engine/saturate.h"
#include "parsers/cfg.h"

namespace nightjar {

// Handed to a layer's build function: its options, what lies in front of it, and the graph it adds to.
// A layer reports mistakes in the cfg through refuse() and goes on with whatever is safe; the caller asks for
// error() when the layer is done, and throws the graph away.
class LayerBuilder {
 public:
  LayerBuilder(Graph& graph, const BuildOptions& build, CfgOptions options, int index);

  CfgOptions options;
  const BuildOptions& build;
  const int index;  // Darknet's number of this layer: sections after [net], from 0

  int input() const;  // value of the previous layer's output
  Shape input_shape() const;
  Shape network() const;  // the input of all
  Shape shape(int value) const;
  // Resolves one layer reference of `key` (negative: relative to this layer) to that layer's number or output
  // value. Refuses anything that is not an earlier layer, and answers with the input then (layer -1 if this
  // is the first).
  int layer(std::string_view key, int reference);
  int source(std::string_view key, int reference);
  // As source(), for a key that must be there and names one layer.
  int required_source(std::string_view key);
  // The nodes that an earlier layer emitted; valid until the next emit().
  std::span<const Node> nodes_of(int layer) const;

  // The arrays that follow belong to this part of the layer, which errors name; "self".
  void begin_part(std::string part) { part_ = std::move(part); }
  // Declares the next array of the weights file. Refuses more weights than the size limit.
  int parameter(std::string name, const Shape& shape);
  // The same, of a matrix of c rows that the file holds transposed. Its elements are runs of `run` floats.
  int transposed_parameter(std::string name, const Shape& shape, int run = 1);
  // Declares what outlives a run: zeros at first.
  int state(const Shape& shape);

  // Adds a node and makes what it writes this layer's output. Refuses a shape with a side below 1 or above
  // the size limit.
  int emit(Op op, std::vector<int> inputs);
  // Gives a state, at the end of the run, the value that the next run finds there, or what `op` makes of it.
  void keep(int value, int state);
  void keep(Op op, int value, int state);
  // Declares the scales, rolling mean and rolling variance that always follow each other in the file; returns
  // them, after `biases`, as the weights of emit_batch_norm().
  std::vector<int> batch_norm_parameters(int biases, int channels);
  // Normalises, or activates (nothing for linear), the layer's output so far.
  // Where the network learns, it is normalised by what the batch holds.
  void emit_batch_norm(const std::vector<int>& weights);
  void emit_activation(Activation activation);
  // Makes an existing value this layer's output: dropout, cost, route of one whole layer.
  void forward(int value);
  // This layer's output so far.
  int output() const;
  // Where the network learns: what the pictures hold, for a loss; one shape for all of them.
  int truth(const Shape& shape);
  // How many pictures were seen.
  int seen();
  // How many elements of a sequence a run learns; 1 where the network does not.
  int steps() const { return graph_.training ? graph_.training->steps : 1; }
  // What training from nothing begins the last parameter with.
  void starts_with(Parameter::Start start);
  // What random numbers are drawn by (kernels/ops/draw.h).
  int draw();
  // A loss of what the layer has so far, of the truth, and of the pictures seen and of draws where it asks
  // for them.
  void loss(Op op) { loss(std::move(op), output()); }
  // Of another value.
  Training::Loss& loss(Op op, int value);
  // Describes the head whose values are the layer's output.
  void head(Head head);
  // The tree of the classes whose probabilities are the layer's output; null where they form none.
  void class_tree(const ClassTree* tree);

  // Tells of what is odd about `key`, at its line, and can be done: "<what was found>; <what is done>".
  void warn(std::string_view key, const std::string& what);
  // Remembers a mistake about `key`, at its line, unless there is one already: "<what was found>; <what is
  // right>".
  void refuse(std::string_view key, const std::string& what);
  // Refuses a key of Darknet's that is set and would change the result, because we do not have what it asks
  // for. `what`: "binary weights are", where the key does not say it.
  void refuse_unsupported(std::string_view key, std::string_view what = {});
  // The first mistake, if any.
  const std::optional<Error>& error() const { return error_ ? error_ : options.error(); }

 private:
  void refuse(Error error);
  bool take_in(Activation activation);
  Graph& graph_;
  std::string part_;            // of the layer, that the next arrays belong to; empty where it is whole
  std::optional<Error> error_;  // what options.refuse() cannot say: too_large
};

// Why there can be no tensor of this shape: a side below 1 (malformed), or more than max_bytes (too_large).
std::optional<Error> shape_error(const std::string& place, Shape shape, std::int64_t max_bytes);
// "32x13x13": channels, height, width; for messages.
std::string describe(Shape shape);

struct LayerType {
  std::string_view name;  // as Darknet spells the section
  std::span<const std::string_view> aliases;
  std::span<const std::string_view>
      keys;  // inference and training keys this layer knows; others are warned about
  void (*build)(LayerBuilder&);
};

// The registry (engine/layers/registry.cpp): one line a layer.
std::span<const LayerType* const> layer_types();
const LayerType* find_layer_type(
    std::string_view section_type);  // by name or alias; nullptr if there is none

}  // namespace nightjar
