// An ONNX graph under construction (onnx.ai/onnx/repo-docs/IR.html): nodes, constants, names.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "parsers/protobuf.h"

namespace nightjar {

using Int64s = std::vector<std::int64_t>;

class OnnxGraph;

// What a node of an ONNX graph writes, or a constant: a name there. Arithmetic on tensors adds nodes.
struct OnnxTensor {
  OnnxGraph* graph = nullptr;
  std::string name;
};

struct OnnxAttribute {
  std::string name;
  std::variant<std::int64_t, float, std::string, Int64s> value;
};
using OnnxAttributes = std::vector<OnnxAttribute>;

class OnnxGraph {
 public:
  // The names of the nodes and tensors that follow begin with this, as "convolutional_000_Conv" does.
  void begin(std::string scope) { scope_ = std::move(scope), first_of_scope_ = nodes_.size(); }

  // Adds a node with one output, which has the node's name.
  OnnxTensor add(const std::string& op, const std::vector<OnnxTensor>& inputs,
                 OnnxAttributes attributes = {});
  // The parts of a tensor along an axis, of these sizes.
  std::vector<OnnxTensor> split(const OnnxTensor& whole, int axis, const Int64s& sizes);
  // The tensor under this name: that of the node which was added last, if it was since begin() and wrote the
  // tensor, else that of an Identity.
  OnnxTensor rename(const OnnxTensor& tensor, const std::string& name);

  // Constants; those that are equal are there once.
  OnnxTensor integers(const Int64s& values);
  OnnxTensor number(float value);
  OnnxTensor numbers(const Int64s& dimensions, std::span<const float> values);
  // A constant whose values are read when the graph is written.
  OnnxTensor late_numbers(const std::string& name, const Int64s& dimensions,
                          ProtobufMessage::LateBytes values);

  // A dimension of 0 is the batch: `batch` images, or as many as come where that is 0 too.
  void add_input(const std::string& name, const Int64s& dimensions);
  void add_output(const std::string& name, const Int64s& dimensions);
  void describe(const std::string& name, const Int64s& dimensions);

  // The graph as ONNX's GraphProto; late numbers are asked for when that is written.
  ProtobufMessage message(const std::string& name, int batch) &&;

 private:
  struct Node {
    std::string name, op;
    std::vector<std::string> inputs, outputs;
    OnnxAttributes attributes;
  };
  struct Info {
    std::string name;
    Int64s dimensions;
  };

  std::string unused(const std::string& name);
  OnnxTensor constant(int data_type, const Int64s& dimensions, std::string_view bytes);
  void add_tensor(const std::string& name, int data_type, const Int64s& dimensions, std::int64_t bytes,
                  ProtobufMessage::LateBytes values);
  static ProtobufMessage node_message(const Node& node);
  static ProtobufMessage info_message(const Info& info, int batch);

  std::string scope_;
  std::size_t first_of_scope_ = 0;
  std::set<std::string> names_;
  std::vector<Node> nodes_;
  std::vector<ProtobufMessage> initializers_;
  std::map<std::string, std::string> constants_;  // type, dimensions and bytes -> name
  std::vector<Info> inputs_, outputs_, described_;
};

// Adds one node each.
OnnxTensor operator+(const OnnxTensor& a, const OnnxTensor& b);
OnnxTensor operator-(const OnnxTensor& a, const OnnxTensor& b);
OnnxTensor operator*(const OnnxTensor& a, const OnnxTensor& b);
OnnxTensor operator/(const OnnxTensor& a, const OnnxTensor& b);
OnnxTensor operator+(const OnnxTensor& a, float b);
OnnxTensor operator*(const OnnxTensor& a, float b);
OnnxTensor clip(const OnnxTensor& x, float low, float high);
// A dimension of 0 stays as it is: the batch.
OnnxTensor reshape(const OnnxTensor& x, const Int64s& dimensions);
OnnxTensor concat(const std::vector<OnnxTensor>& parts, int axis);

}  // namespace nightjar
