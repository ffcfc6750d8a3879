#include "engine/export/translation.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "engine/format_line.h"
#include "engine/plan/pack.h"

namespace nightjar {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

// A parameter, read and checked as for running.
ProtobufMessage::LateBytes late_constant(const Graph& graph, int value, const ParameterSource& source) {
  return [&graph, value, &source](const ByteSink& sink) -> Result<void> {
    const auto values = evaluate_constant(graph, value, source);
    if (!values) return values.error();
    return sink({reinterpret_cast<const char*>(values->data()), values->size() * sizeof(float)});
  };
}

// Of an array of the file its layer and name; of what a node computes the node's layer and the operand's
// name.
std::string constant_name(const Graph& graph, int value) {
  const GraphValue& v = graph.values[at(value)];
  std::string name;
  int layer = 0;
  if (is_derived(v)) {
    const Node& node = graph.producer(value);
    const auto found = std::find(node.outputs.begin(), node.outputs.end(), value) - node.outputs.begin();
    layer = node.layer;
    name = node.op.writes()[static_cast<std::size_t>(found)].name;
  } else {
    const Parameter& parameter = graph.parameters[at(v.parameter)];
    layer = parameter.layer;
    name = name_of(parameter);
  }
  std::replace(name.begin(), name.end(), ' ', '_');
  return layer_label(graph, layer) + "_" + name;
}

}  // namespace

OnnxTensor OnnxValues::tensor(int value) {
  const GraphValue& v = graph_.values[at(value)];
  if (v.kind == Kind::parameter) return array(value, {1, v.shape.c, v.shape.h, v.shape.w});
  assert(tensors_[at(value)].graph && "a node reads what none before it wrote");
  return tensors_[at(value)];
}

// Layers that share weights share the constant, too.
OnnxTensor OnnxValues::array(int value, const Int64s& dimensions) {
  OnnxTensor& known = tensors_[at(value)];
  if (known.graph) return known;
  known = onnx_.late_numbers(constant_name(graph_, value), dimensions, late_constant(graph_, value, source_));
  return known;
}

std::string layer_label(const Graph& graph, int layer) {
  return graph.layer_type[at(layer)] + format("_%03d", layer);
}

bool has_translation(OpKind kind) {
  switch (kind) {
#define NIGHTJAR_ONNX_HAS(name) case OpKind::name:
    NIGHTJAR_ONNX_OPERATORS(NIGHTJAR_ONNX_HAS)
#undef NIGHTJAR_ONNX_HAS
    return true;
    default:
      return false;
  }
}

OnnxTensor translate_node(Translation& t) {
  switch (t.node.op.kind()) {
#define NIGHTJAR_ONNX_CASE(name) \
  case OpKind::name:             \
    return translate(*t.node.op.as<ops::name>(), t);
    NIGHTJAR_ONNX_OPERATORS(NIGHTJAR_ONNX_CASE)
#undef NIGHTJAR_ONNX_CASE
    default:
      break;
  }
  assert(!"a node without a translation");
  return {};
}

}  // namespace nightjar
