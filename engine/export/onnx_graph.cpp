// Field numbers and enumerations are those of onnx.proto.
#include "engine/export/onnx_graph.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace nightjar {
namespace {

static_assert(std::endian::native == std::endian::little, "values are copied as they lie in memory");

constexpr int float_type = 1, int64_type = 7;  // TensorProto.DataType

template <class T>
std::string_view bytes_of_values(std::span<const T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

ProtobufMessage attribute_message(const OnnxAttribute& attribute) {
  enum Type { type_float = 1, type_int = 2, type_string = 3, type_ints = 7 };
  constexpr int type_field = 20;
  ProtobufMessage message;
  message.add_bytes(1, attribute.name);
  if (const auto* real = std::get_if<float>(&attribute.value)) {
    message.add_float(2, *real);
    message.add_integer(type_field, type_float);
  } else if (const auto* integer = std::get_if<std::int64_t>(&attribute.value)) {
    message.add_integer(3, *integer);
    message.add_integer(type_field, type_int);
  } else if (const auto* text = std::get_if<std::string>(&attribute.value)) {
    message.add_bytes(4, *text);
    message.add_integer(type_field, type_string);
  } else {
    for (const std::int64_t value : std::get<Int64s>(attribute.value)) message.add_integer(8, value);
    message.add_integer(type_field, type_ints);
  }
  return message;
}

}  // namespace

std::string OnnxGraph::unused(const std::string& name) {
  std::string found = name;
  for (int i = 2; !names_.insert(found).second; ++i) found = name + "_" + std::to_string(i);
  return found;
}

OnnxTensor OnnxGraph::add(const std::string& op, const std::vector<OnnxTensor>& inputs,
                          OnnxAttributes attributes) {
  Node node{unused(scope_ + "_" + op), op, {}, {}, std::move(attributes)};
  for (const OnnxTensor& input : inputs) node.inputs.push_back(input.name);
  node.outputs.push_back(node.name);
  nodes_.push_back(std::move(node));
  return {this, nodes_.back().name};
}

std::vector<OnnxTensor> OnnxGraph::split(const OnnxTensor& whole, int axis, const Int64s& sizes) {
  if (sizes.size() == 1) return {whole};
  const OnnxTensor lengths = integers(sizes);
  add("Split", {whole, lengths}, {{"axis", std::int64_t{axis}}});
  Node& node = nodes_.back();
  std::vector<OnnxTensor> parts{{this, node.name}};
  while (parts.size() < sizes.size()) {
    parts.push_back({this, unused(node.name)});
    node.outputs.push_back(parts.back().name);
  }
  return parts;
}

OnnxTensor OnnxGraph::rename(const OnnxTensor& tensor, const std::string& name) {
  const bool just_added =
      nodes_.size() > first_of_scope_ && nodes_.back().outputs == std::vector{tensor.name};
  if (!just_added) add("Identity", {tensor});
  Node& node = nodes_.back();
  names_.erase(node.name);
  node.name = unused(name);
  node.outputs = {node.name};
  return {this, node.name};
}

void OnnxGraph::add_tensor(const std::string& name, int data_type, const Int64s& dimensions,
                           std::int64_t bytes, ProtobufMessage::LateBytes values) {
  ProtobufMessage tensor;
  for (const std::int64_t side : dimensions) tensor.add_integer(1, side);
  tensor.add_integer(2, data_type);
  tensor.add_bytes(8, name);
  tensor.add_late_bytes(9, bytes, std::move(values));  // raw_data: little-endian
  initializers_.push_back(std::move(tensor));
}

OnnxTensor OnnxGraph::constant(int data_type, const Int64s& dimensions, std::string_view bytes) {
  std::string key = std::to_string(data_type) + "(";
  for (const std::int64_t side : dimensions) key += std::to_string(side) + ",";
  (key += ")") += bytes;
  std::string& name = constants_[std::move(key)];
  if (name.empty()) {
    name = unused("constant");
    add_tensor(name, data_type, dimensions, static_cast<std::int64_t>(bytes.size()),
               [kept = std::string(bytes)](const ByteSink& sink) { return sink(kept); });
  }
  return {this, name};
}

OnnxTensor OnnxGraph::integers(const Int64s& values) {
  return constant(int64_type, {static_cast<std::int64_t>(values.size())},
                  bytes_of_values(std::span<const std::int64_t>(values)));
}

OnnxTensor OnnxGraph::number(float value) {
  return numbers({}, std::span(&value, 1));
}

OnnxTensor OnnxGraph::numbers(const Int64s& dimensions, std::span<const float> values) {
  return constant(float_type, dimensions, bytes_of_values(values));
}

OnnxTensor OnnxGraph::late_numbers(const std::string& name, const Int64s& dimensions,
                                   ProtobufMessage::LateBytes values) {
  std::int64_t bytes = sizeof(float);
  for (const std::int64_t side : dimensions) bytes *= side;
  const std::string free = unused(name);
  add_tensor(free, float_type, dimensions, bytes, std::move(values));
  return {this, free};
}

void OnnxGraph::add_input(const std::string& name, const Int64s& dimensions) {
  names_.insert(name);
  inputs_.push_back({name, dimensions});
}

void OnnxGraph::add_output(const std::string& name, const Int64s& dimensions) {
  outputs_.push_back({name, dimensions});
}

void OnnxGraph::describe(const std::string& name, const Int64s& dimensions) {
  described_.push_back({name, dimensions});
}

ProtobufMessage OnnxGraph::node_message(const Node& node) {
  ProtobufMessage message;
  for (const std::string& input : node.inputs) message.add_bytes(1, input);
  for (const std::string& output : node.outputs) message.add_bytes(2, output);
  message.add_bytes(3, node.name);
  message.add_bytes(4, node.op);
  for (const OnnxAttribute& attribute : node.attributes) message.add_message(5, attribute_message(attribute));
  return message;
}

// ValueInfoProto: a tensor of floats.
ProtobufMessage OnnxGraph::info_message(const Info& info, int batch) {
  ProtobufMessage shape, tensor, type, message;
  for (const std::int64_t side : info.dimensions) {
    ProtobufMessage dimension;
    if (side == 0 && batch == 0)
      dimension.add_bytes(2, "batch");
    else
      dimension.add_integer(1, side == 0 ? batch : side);
    shape.add_message(1, std::move(dimension));
  }
  tensor.add_integer(1, float_type);
  tensor.add_message(2, std::move(shape));
  type.add_message(1, std::move(tensor));
  message.add_bytes(1, info.name);
  message.add_message(2, std::move(type));
  return message;
}

ProtobufMessage OnnxGraph::message(const std::string& name, int batch) && {
  ProtobufMessage graph;
  for (const Node& node : nodes_) graph.add_message(1, node_message(node));
  graph.add_bytes(2, name);
  for (ProtobufMessage& tensor : initializers_) graph.add_message(5, std::move(tensor));
  for (const Info& info : inputs_) graph.add_message(11, info_message(info, batch));
  for (const Info& info : outputs_) graph.add_message(12, info_message(info, batch));
  for (const Info& info : described_) graph.add_message(13, info_message(info, batch));
  return graph;
}

OnnxTensor operator+(const OnnxTensor& a, const OnnxTensor& b) {
  return a.graph->add("Add", {a, b});
}
OnnxTensor operator-(const OnnxTensor& a, const OnnxTensor& b) {
  return a.graph->add("Sub", {a, b});
}
OnnxTensor operator*(const OnnxTensor& a, const OnnxTensor& b) {
  return a.graph->add("Mul", {a, b});
}
OnnxTensor operator/(const OnnxTensor& a, const OnnxTensor& b) {
  return a.graph->add("Div", {a, b});
}
OnnxTensor operator+(const OnnxTensor& a, float b) {
  return a + a.graph->number(b);
}
OnnxTensor operator*(const OnnxTensor& a, float b) {
  return a * a.graph->number(b);
}

OnnxTensor clip(const OnnxTensor& x, float low, float high) {
  return x.graph->add("Clip", {x, x.graph->number(low), x.graph->number(high)});
}

OnnxTensor reshape(const OnnxTensor& x, const Int64s& dimensions) {
  return x.graph->add("Reshape", {x, x.graph->integers(dimensions)});
}

OnnxTensor concat(const std::vector<OnnxTensor>& parts, int axis) {
  if (parts.size() == 1) return parts[0];
  return parts[0].graph->add("Concat", parts, {{"axis", std::int64_t{axis}}});
}

}  // namespace nightjar
