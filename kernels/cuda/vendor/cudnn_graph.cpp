#include "kernels/cuda/vendor/cudnn_graph.h"

#include <optional>

namespace nightjar::cuda::cudnn {
namespace {

constexpr int sums = 0, bias = -1, residual = -2, nothing = -3;

// result = mode(x, b); x and b are results of steps before (1 for the first), or one of the above.
struct Step {
  cudnnPointwiseMode_t mode;
  int x, b = nothing;
  std::optional<double> slope = {}, upper = {};  // of a relu: below 0; the most it gives
};

// Appends an activation to the steps. False if cuDNN lacks it.
bool activate(Activation activation, std::vector<Step>& steps) {
  const int x = static_cast<int>(steps.size());
  switch (activation) {
    case Activation::linear:
      return true;
    case Activation::relu:
      steps.push_back({CUDNN_POINTWISE_RELU_FWD, x});
      return true;
    case Activation::leaky:
      steps.push_back({CUDNN_POINTWISE_RELU_FWD, x, nothing, .1});
      return true;
    case Activation::relie:
      steps.push_back({CUDNN_POINTWISE_RELU_FWD, x, nothing, .01});
      return true;
    case Activation::relu6:
      steps.push_back({CUDNN_POINTWISE_RELU_FWD, x, nothing, {}, 6.});
      return true;
    case Activation::logistic:
      steps.push_back({CUDNN_POINTWISE_SIGMOID_FWD, x});
      return true;
    case Activation::tanh:
      steps.push_back({CUDNN_POINTWISE_TANH_FWD, x});
      return true;
    case Activation::elu:
      steps.push_back({CUDNN_POINTWISE_ELU_FWD, x});
      return true;
    case Activation::swish:
      steps.push_back({CUDNN_POINTWISE_SWISH_FWD, x});
      return true;
    case Activation::mish:
      steps.push_back({CUDNN_POINTWISE_SOFTPLUS_FWD, x});
      steps.push_back({CUDNN_POINTWISE_TANH_FWD, x + 1});
      steps.push_back({CUDNN_POINTWISE_MUL, x, x + 2});
      return true;
    default:
      return false;
  }
}

// What follows the sums; nullopt if cuDNN lacks an activation.
std::optional<std::vector<Step>> steps_of(const ops::Conv& op) {
  std::vector<Step> steps{{CUDNN_POINTWISE_ADD, sums, bias}};
  if (!activate(op.activation, steps)) return std::nullopt;
  if (op.residual) {
    steps.push_back({CUDNN_POINTWISE_ADD, static_cast<int>(steps.size()), residual});
    if (!activate(op.residual_activation, steps)) return std::nullopt;
  }
  return steps;
}

using Four = std::int64_t[4];

Descriptor tensor(std::int64_t id, cudnnDataType_t type, const Four& sizes, const Four& strides,
                  bool is_virtual = false) {
  Descriptor t(CUDNN_BACKEND_TENSOR_DESCRIPTOR);
  t.set(CUDNN_ATTR_TENSOR_UNIQUE_ID, id);
  t.set(CUDNN_ATTR_TENSOR_DATA_TYPE, type);
  t.set(CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, std::int64_t{16});
  t.set(CUDNN_ATTR_TENSOR_DIMENSIONS, std::span<const std::int64_t>(sizes));
  t.set(CUDNN_ATTR_TENSOR_STRIDES, std::span<const std::int64_t>(strides));
  t.set(CUDNN_ATTR_TENSOR_IS_VIRTUAL, is_virtual);
  t.finalize();
  return t;
}

cudnnDataType_t data_type(Type type) {
  return type == Type::f16 ? CUDNN_DATA_HALF : CUDNN_DATA_FLOAT;
}

// (n, c, h, w) with channels innermost.
Descriptor in_memory(std::int64_t id, const Tensor& t) {
  const std::int64_t row = std::int64_t{t.shape.w} * t.pixel;
  return tensor(id, data_type(t.type), {t.batch, t.shape.c, t.shape.h, t.shape.w},
                {row * t.shape.h, 1, row, t.pixel});
}

// Between two operations: of the output's shape, never in memory.
Descriptor between(std::int64_t id, const Tensor& out) {
  const std::int64_t row = std::int64_t{out.shape.w} * out.shape.c;
  return tensor(id, CUDNN_DATA_FLOAT, {out.batch, out.shape.c, out.shape.h, out.shape.w},
                {row * out.shape.h, 1, row, out.shape.c}, true);
}

Descriptor weights_of(const ops::Conv& op, Type type) {
  const std::int64_t channels = op.in.c / op.groups, row = channels * op.size;
  return tensor(weights_id, data_type(type), {op.out.c, channels, op.size, op.size},
                {row * op.size, 1, row, channels});
}

Descriptor convolution(const ops::Conv& op) {
  Descriptor c(CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR);
  const auto set_two = [&](cudnnBackendAttributeName_t name, std::int64_t y, std::int64_t x) {
    const std::int64_t values[] = {y, x};
    c.set(name, std::span<const std::int64_t>(values));
  };
  c.set(CUDNN_ATTR_CONVOLUTION_COMP_TYPE, CUDNN_DATA_FLOAT);
  c.set(CUDNN_ATTR_CONVOLUTION_CONV_MODE, CUDNN_CROSS_CORRELATION);
  c.set(CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, std::int64_t{2});
  set_two(CUDNN_ATTR_CONVOLUTION_DILATIONS, op.dilation, op.dilation);
  set_two(CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, op.stride_y, op.stride_x);
  set_two(CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, op.pad, op.pad);
  set_two(CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, op.pad, op.pad);
  c.finalize();
  return c;
}

// cuDNN knows the number of groups from the channels of picture and weights.
Descriptor convolve(const Descriptor& how, const Descriptor& x, const Descriptor& w, const Descriptor& y) {
  Descriptor operation(CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR);
  operation.set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC, how);
  operation.set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X, x);
  operation.set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W, w);
  operation.set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y, y);
  operation.set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA, 1.f);
  operation.set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA, 0.f);
  operation.finalize();
  return operation;
}

Descriptor pointwise(const Step& step) {
  Descriptor p(CUDNN_BACKEND_POINTWISE_DESCRIPTOR);
  p.set(CUDNN_ATTR_POINTWISE_MODE, step.mode);
  p.set(CUDNN_ATTR_POINTWISE_MATH_PREC, CUDNN_DATA_FLOAT);
  if (step.slope) p.set(CUDNN_ATTR_POINTWISE_RELU_LOWER_CLIP_SLOPE, *step.slope);
  if (step.upper) p.set(CUDNN_ATTR_POINTWISE_RELU_UPPER_CLIP, *step.upper);
  p.finalize();
  return p;
}

Descriptor apply(const Descriptor& how, const Descriptor& x, const Descriptor* b, const Descriptor& y) {
  Descriptor operation(CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR);
  operation.set(CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR, how);
  operation.set(CUDNN_ATTR_OPERATION_POINTWISE_XDESC, x);
  if (b) operation.set(CUDNN_ATTR_OPERATION_POINTWISE_BDESC, *b);
  operation.set(CUDNN_ATTR_OPERATION_POINTWISE_YDESC, y);
  operation.finalize();
  return operation;
}

Descriptor operation_graph(const std::vector<Descriptor>& operations, cudnnHandle_t handle) {
  Descriptor graph(CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR);
  std::vector<cudnnBackendDescriptor_t> pointers;
  for (const Descriptor& operation : operations) {
    if (!operation.ok()) return {};
    pointers.push_back(operation.get());
  }
  if (handle) graph.set(CUDNN_ATTR_OPERATIONGRAPH_HANDLE, handle);
  graph.set(CUDNN_ATTR_OPERATIONGRAPH_OPS, CUDNN_TYPE_BACKEND_DESCRIPTOR,
            static_cast<std::int64_t>(pointers.size()), pointers.data());
  graph.finalize();
  return graph;
}

}  // namespace

bool has_activations(const ops::Conv& op) {
  return steps_of(op).has_value();
}

Graph make_graph(const ops::Conv& op, const Tensor* in, const Tensor& out, bool fused, cudnnHandle_t handle) {
  const std::vector<Step> steps = fused ? steps_of(op).value_or(std::vector<Step>{}) : std::vector<Step>{};
  constexpr std::int64_t first_between = 100;
  std::vector<Descriptor> values;  // the sums, and each step's result
  for (std::size_t i = 0; i < steps.size(); ++i)
    values.push_back(between(first_between + static_cast<std::int64_t>(i), out));
  values.push_back(in_memory(out_id, out));

  std::vector<Descriptor> others, operations;
  others.push_back(in_memory(picture_id, in[0]));
  others.push_back(weights_of(op, in[0].type));
  others.push_back(convolution(op));
  others.push_back(tensor(bias_id, CUDNN_DATA_FLOAT, {1, op.out.c, 1, 1}, {op.out.c, 1, op.out.c, op.out.c}));
  if (op.residual) others.push_back(in_memory(residual_id, in[1]));
  operations.push_back(convolve(others[2], others[0], others[1], values[0]));
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    others.push_back(pointwise(step));
    const Descriptor* b = step.b == bias       ? &others[3]
                          : step.b == residual ? &others[4]
                          : step.b == nothing  ? nullptr
                                               : &values[static_cast<std::size_t>(step.b)];
    operations.push_back(apply(others.back(), values[static_cast<std::size_t>(step.x)], b, values[i + 1]));
  }
  Graph graph;
  graph.graph = operation_graph(operations, handle);
  for (auto* part : {&values, &others, &operations})
    for (Descriptor& descriptor : *part) graph.parts.push_back(std::move(descriptor));
  return graph;
}

}  // namespace nightjar::cuda::cudnn
