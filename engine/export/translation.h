// What turning one node of a graph into nodes of ONNX works with, and the table of operations that can be.
#pragma once

#include <string>
#include <vector>

#include "engine/export/onnx_graph.h"
#include "engine/parameters.h"

namespace nightjar {

// The values of a graph as tensors of ONNX, (batch, channels, height, width) each; parameters, also those
// that nodes compute from parameters, as constants in whatever dimensions they are asked for.
class OnnxValues {
 public:
  // All three must outlive the writing of the ONNX graph.
  OnnxValues(const Graph& graph, const ParameterSource& source, OnnxGraph& onnx)
      : graph_(graph), source_(source), onnx_(onnx), tensors_(graph.values.size()) {}

  OnnxTensor tensor(int value);
  OnnxTensor array(int value, const Int64s& dimensions);
  void set(int value, OnnxTensor tensor) { tensors_[static_cast<std::size_t>(value)] = std::move(tensor); }

 private:
  const Graph& graph_;
  const ParameterSource& source_;
  OnnxGraph& onnx_;
  std::vector<OnnxTensor> tensors_;  // without a graph where there is none yet
};

// "yolo_082": what the nodes of a layer are called.
std::string layer_label(const Graph& graph, int layer);

struct Translation {
  OnnxGraph& onnx;
  OnnxValues& values;
  const Node& node;

  // The operand `i` that is read as data; as a weight, in these dimensions.
  OnnxTensor in(int i = 0) { return values.tensor(node.inputs[static_cast<std::size_t>(i)]); }
  OnnxTensor array(int i, const Int64s& dimensions) {
    return values.array(node.inputs[static_cast<std::size_t>(i)], dimensions);
  }
};

// The table: an operation, and what of ONNX computes it. Who adds a line writes the function of it; without
// that it does not link. What has no line is refused by its name.
#define NIGHTJAR_ONNX_OPERATORS(OP)                                                    \
  OP(Activate)          /* LeakyRelu, Sigmoid, ...: activations.cpp */                 \
  OP(Add)               /* Add; Slice, Pad, DepthToSpace for sources of other sizes */ \
  OP(AvgPool)           /* GlobalAveragePool */                                        \
  OP(BatchNorm)         /* BatchNormalization */                                       \
  OP(Concat)            /* Concat, Slice */                                            \
  OP(Connected)         /* Gemm */                                                     \
  OP(Constant)          /* Expand */                                                   \
  OP(Conv)              /* Conv */                                                     \
  OP(ConvXnor)          /* Greater, Where, Conv */                                     \
  OP(Copy)              /* Identity */                                                 \
  OP(Crop)              /* Slice */                                                    \
  OP(Deconv)            /* ConvTranspose */                                            \
  OP(GaussianHead)      /* Sigmoid on some planes: Split, Concat */                    \
  OP(Local)             /* Conv that gathers windows, MatMul */                        \
  OP(LocalAvgPool)      /* AveragePool */                                              \
  OP(LocalResponseNorm) /* AveragePool, Pow */                                         \
  OP(MaxPool)           /* MaxPool */                                                  \
  OP(MaxPoolDepth)      /* ReduceMax */                                                \
  OP(Multiply)          /* Mul */                                                      \
  OP(NormalizeChannels) /* Relu or Exp, ReduceSum, Div */                              \
  OP(RegionHead)        /* Sigmoid, Softmax on some planes */                          \
  OP(Reorg)             /* SpaceToDepth, DepthToSpace */                               \
  OP(Reshape)           /* Reshape, Transpose, Pad */                                  \
  OP(Softmax)           /* Softmax; Gather for groups of several sizes */              \
  OP(Upsample)          /* Resize, AveragePool */                                      \
  OP(YoloHead)          /* as GaussianHead */

// What the node's output is then; it may be an input.
#define NIGHTJAR_ONNX_TRANSLATE(name) OnnxTensor translate(const ops::name& op, Translation& t);
NIGHTJAR_ONNX_OPERATORS(NIGHTJAR_ONNX_TRANSLATE)
#undef NIGHTJAR_ONNX_TRANSLATE

bool has_translation(OpKind kind);
// Of a node that has one.
OnnxTensor translate_node(Translation& t);

// What several of them are made of.
OnnxTensor activated(Activation activation, const OnnxTensor& x);
// Softmax over groups of neighbours along axis 2 of a tensor (batch, rows, sum of sizes, columns).
OnnxTensor grouped_softmax(const OnnxTensor& x, int rows, int columns, const std::vector<int>& sizes);

}  // namespace nightjar
