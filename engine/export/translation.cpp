#include "engine/export/translation.h"

#include <cassert>
#include <cstdio>
#include <utility>

#include "engine/plan/pack.h"

namespace nightjar {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

// A parameter, read and checked as for running.
ProtobufMessage::LateBytes late_parameter(const Graph& graph, int index, const ParameterSource& source) {
  return [&graph, index, &source](const ByteSink& sink) -> Result<void> {
    std::vector<float> values(static_cast<std::size_t>(graph.parameters[at(index)].count));
    if (auto read = read_parameter(graph, index, source, values); !read) return read;
    return sink({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)});
  };
}

// "weights"; "self_weights".
std::string identifier(const Parameter& parameter) {
  return parameter.part + (parameter.part.empty() ? "" : "_") + parameter.name;
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
  const int index = graph_.values[at(value)].parameter;
  assert(index >= 0 && "a graph as built computes no parameters");
  const Parameter& parameter = graph_.parameters[at(index)];
  known = onnx_.late_numbers(layer_label(graph_, parameter.layer) + "_" + identifier(parameter), dimensions,
                             late_parameter(graph_, index, source_));
  return known;
}

std::string layer_label(const Graph& graph, int layer) {
  char number[16];
  std::snprintf(number, sizeof number, "_%03d", layer);
  return graph.layer_type[at(layer)] + number;
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
