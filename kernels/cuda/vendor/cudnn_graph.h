// A convolution as cuDNN's graph of operations, and the plan that cuDNN makes of it.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/cuda/vendor/cudnn_descriptor.h"
#include "kernels/ops/conv.h"

namespace nightjar::cuda::cudnn {

// Names of the tensors that lie in memory. Weights are (filter, ky, kx, channel of the group) in the
// picture's type, the bias is in floats.
constexpr std::int64_t picture_id = 1, weights_id = 2, out_id = 3, bias_id = 4, residual_id = 5;

struct Graph {
  std::vector<Descriptor> parts;  // tensors and operations, which the graph may point at
  Descriptor graph;               // ok() if cuDNN finds it well formed
};

// Whether cuDNN has the activations of `op`, alone or composed.
bool has_activations(const ops::Conv& op);

// `in`: picture and, with op.residual, residual; data is not looked at. `fused`: with bias, activations and
// residual, if has_activations(op); otherwise the sums alone, in the output's type. `handle` may be null.
Graph make_graph(const ops::Conv& op, const Tensor* in, const Tensor& out, bool fused, cudnnHandle_t handle);

enum class TensorCores : std::uint8_t { never, allowed, always };

// Plans that cuDNN proposes whose engines are exact enough and whose workspace takes at most `most_workspace`
// bytes: the first `most` of each of its heuristics, best first, and the fallbacks where those have none.
// Slow: kernels may be compiled.
std::vector<Descriptor> make_plans(const Descriptor& graph, TensorCores tensor_cores,
                                   std::int64_t most_workspace, int most, cudnnHandle_t handle);

}  // namespace nightjar::cuda::cudnn
