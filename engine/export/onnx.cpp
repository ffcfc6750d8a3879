// Graph -> ModelProto: node by node, then the outputs, then what describes it.
#include "engine/export/onnx.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/build_info.h"
#include "engine/export/decode.h"
#include "engine/export/metadata.h"
#include "engine/export/translation.h"

namespace nightjar {
namespace {

// Operator set 13, of ONNX 1.8 (2020): the first in which axes of Split and ReduceSum are inputs and Softmax
// is along one axis, as they have been since; and old enough for every runtime in use.
constexpr int ir_version = 7, operator_set = 13;

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

Int64s dimensions_of(const Shape& shape) {
  return {0, shape.c, shape.h, shape.w};
}

std::string layer_words(const Graph& graph, int layer) {
  return graph.file + ": layer " + std::to_string(layer) + " (" + graph.layer_type[at(layer)] + ")";
}

// A node that computes parameters from parameters is no node of the ONNX graph: what it writes are constants.
bool computes_constants(const Graph& graph, const Node& node) {
  return is_constant(graph, node.outputs.front());
}

// The first layer that keeps something for the next run; -1 where there is none.
int recurrent_layer(const Graph& graph) {
  for (const Node& node : graph.nodes) {
    if (graph.values[at(node.outputs.front())].kind == Kind::state) return node.layer;
  }
  return -1;
}

// Why the graph cannot be exported, if it cannot.
std::optional<Error> refusal(const Graph& graph, const OnnxOptions& options) {
  if (const int layer = recurrent_layer(graph); layer >= 0)
    return Error{Failure::usage, layer_words(graph, layer) +
                                     " keeps values from one run to the next; only networks without "
                                     "recurrent layers can be exported"};
  for (const Node& node : graph.nodes) {
    if (computes_constants(graph, node) || has_translation(node.op.kind())) continue;
    return Error{Failure::usage, layer_words(graph, node.layer) + ": the operation " +
                                     name_of(node.op.kind()) +
                                     " cannot be exported to ONNX yet; use a network without it"};
  }
  if (!options.decode) return std::nullopt;
  if (graph.heads.empty())
    return Error{Failure::usage, graph.file + ": has no detection layer to decode; leave out --decode"};
  for (const Head& head : graph.heads) {
    const auto first = classes_of(graph.heads.front()), found = classes_of(head);
    if (found != first)
      return Error{Failure::usage, layer_words(graph, base(head).layer) + " has " + std::to_string(found) +
                                       " classes and the first head " + std::to_string(first) +
                                       "; leave out --decode, which makes one table of all"};
  }
  return std::nullopt;
}

class OnnxWriter {
 public:
  OnnxWriter(const Graph& graph, const ParameterSource& source, const OnnxOptions& options)
      : graph_(graph), options_(options), values_(graph, source, onnx_) {}

  ProtobufMessage write() && {
    add_input();
    for (const Node& node : graph_.nodes) {
      if (!computes_constants(graph_, node)) add_node(node);
    }
    if (options_.decode)
      add_decoded_outputs();
    else
      add_outputs();
    ProtobufMessage model;
    model.add_integer(1, ir_version);
    model.add_bytes(2, "nightjar");
    model.add_bytes(3, version());
    ProtobufMessage operators;
    operators.add_integer(2, operator_set);  // of ONNX's own domain
    model.add_message(8, std::move(operators));
    for (const auto& [key, value] : metadata_of(graph_, options_)) {
      ProtobufMessage entry;
      entry.add_bytes(1, key);
      entry.add_bytes(2, value);
      model.add_message(14, std::move(entry));
    }
    model.add_message(7, std::move(onnx_).message("darknet", options_.batch));
    return model;
  }

 private:
  void add_input() {
    onnx_.add_input("input", dimensions_of(graph_.input));
    values_.set(Graph::input_value, {&onnx_, "input"});
  }

  // The first layer whose output is this value; -1 where no layer's is.
  int layer_of_output(int value) const {
    const auto found = std::find(graph_.layer_output.begin(), graph_.layer_output.end(), value);
    return found == graph_.layer_output.end() ? -1 : static_cast<int>(found - graph_.layer_output.begin());
  }

  // A layer's output has the layer's name.
  void add_node(const Node& node) {
    const int value = node.outputs.front(), layer = layer_of_output(value);
    onnx_.begin(layer_label(graph_, node.layer));
    Translation translation{onnx_, values_, node};
    OnnxTensor tensor = translate_node(translation);
    if (layer >= 0) {
      tensor = onnx_.rename(tensor, layer_label(graph_, layer));
      if (!is_output(value)) onnx_.describe(tensor.name, dimensions_of(graph_.shape(value)));
    }
    values_.set(value, std::move(tensor));
  }

  // The heads, or where there are none what the network ends in.
  std::vector<int> outputs() const {
    std::vector<int> values;
    for (const Head& head : graph_.heads) values.push_back(base(head).value);
    if (values.empty()) values.push_back(graph_.output);
    return values;
  }

  bool is_output(int value) const {
    const std::vector<int> all = outputs();
    return !options_.decode && std::find(all.begin(), all.end(), value) != all.end();
  }

  void add_outputs() {
    for (const int value : outputs()) {
      OnnxTensor tensor = values_.tensor(value);
      if (value == Graph::input_value) {
        onnx_.begin("output");
        tensor = onnx_.rename(tensor, "output");
      }
      onnx_.add_output(tensor.name, dimensions_of(graph_.shape(value)));
    }
  }

  void add_decoded_outputs() {
    std::vector<OnnxTensor> boxes, scores;
    std::int64_t rows = 0, classes = 0;
    for (const Head& head : graph_.heads) {
      const HeadBase& common = base(head);
      onnx_.begin(layer_label(graph_, common.layer) + "_decode");
      const DecodedRows decoded =
          decode_head(head, values_.tensor(common.value), graph_.shape(common.value), graph_.input);
      boxes.push_back(decoded.boxes);
      scores.push_back(decoded.scores);
      rows += decoded.rows;
      classes = decoded.classes;
    }
    add_decoded_output("boxes", boxes, {0, rows, 4});
    add_decoded_output("scores", scores, {0, rows, classes});
  }

  void add_decoded_output(const std::string& name, const std::vector<OnnxTensor>& heads,
                          const Int64s& dimensions) {
    onnx_.begin(name);
    onnx_.add_output(onnx_.rename(concat(heads, 1), name).name, dimensions);
  }

  const Graph& graph_;
  const OnnxOptions& options_;
  OnnxGraph onnx_;
  OnnxValues values_;
};

}  // namespace

Result<ProtobufMessage> onnx_model(const Graph& graph, const ParameterSource& source,
                                   const OnnxOptions& options) {
  if (auto error = refusal(graph, options)) return *std::move(error);
  ProtobufMessage model = OnnxWriter(graph, source, options).write();
  if (model.size() > ProtobufMessage::most_bytes) {
    return Error{Failure::too_large, graph.file + ": " + std::to_string(model.size()) +
                                         " bytes as an ONNX file, which may have " +
                                         std::to_string(ProtobufMessage::most_bytes) +
                                         "; a network with fewer weights is needed"};
  }
  return model;
}

}  // namespace nightjar
