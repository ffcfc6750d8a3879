// The losses of vectors: cross entropy behind a softmax, and the differences of [cost]. A block takes an
// image, each thread a share of it, and their sums meet always in the same order.
#include "kernels/cuda/device.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/cuda/vector/flat.cuh"
#include "kernels/ops/losses/cost.h"
#include "kernels/ops/losses/softmax_loss.h"

namespace nightjar::cuda {
namespace {

constexpr int threads = 256;

struct Term {
  double loss;
  float gradient;
};

struct SoftmaxRule {
  NIGHTJAR_DEVICE Term term(float p, float truth) const {
    constexpr float least = 1e-30f;  // a probability of 0 has a finite loss
    return {truth != 0 ? -truth * log(static_cast<double>(p < least ? least : p)) : 0, p - truth};
  }
};

struct CostRule {
  ops::Cost::Type type;
  float scale;
  NIGHTJAR_DEVICE Term term(float value, float truth) const {
    const double difference = static_cast<double>(truth) - value, size = fabs(difference);
    const double sign = difference > 0 ? 1 : difference < 0 ? -1 : 0;
    const bool squared = type == ops::Cost::Type::sse || (type == ops::Cost::Type::smooth && size < 1);
    const double delta = squared ? difference : sign;
    const double loss = squared ? size * size : type == ops::Cost::Type::l1 ? size : 2 * size - 1;
    return {loss, static_cast<float>(-delta * scale)};
  }
};

template <class Rule>
struct VectorArguments {
  Rule rule;
  FlatView<const float> values, truth;
  FlatView<float> gradient, parts;
  int count;
};

template <class Rule>
__global__ void __launch_bounds__(threads) vector_loss_kernel(const VectorArguments<Rule> a) {
  const int n = static_cast<int>(blockIdx.x), thread = static_cast<int>(threadIdx.x);
  double loss = 0;
  for (int i = thread; i < a.count; i += threads) {
    const Term term = a.rule.term(a.values.at(n, i)[0], a.truth.at(n, i)[0]);
    loss += term.loss;
    a.gradient.at(n, i)[0] = term.gradient;
  }
  const Shared<double> sums = shared_memory<double>(0, threads);
  sums[thread] = loss;
  __syncthreads();
  for (int step = threads / 2; step > 0; step /= 2) {
    if (thread < step) sums[thread] = sums[thread] + sums[thread + step];
    __syncthreads();
  }
  if (thread >= LossParts::count) return;
  a.parts.at(n, thread)[0] = thread == LossParts::sum ? static_cast<float>(sums[0]) : 0.f;
}

template <class O, class Rule>
struct VectorLoss : OneLaunch<VectorArguments<Rule>> {
  using Op = O;
  static constexpr const char* name = std::is_same_v<O, ops::Cost> ? "cost" : "softmax_loss";

  static bool accepts(const Op& op, const Tensor* in, const Tensor* outs) {
    return accepts_operands(op, in, outs);
  }
  static double microseconds(const Op& op, const Tensor& out, const Device&) {
    return 3 + double(op.shape.size()) * out.batch * 12 / 1e6;
  }
  static Rule rule(const ops::SoftmaxLoss&) { return {}; }
  static Rule rule(const ops::Cost& op) { return {op.type, op.scale}; }
  static Status prepare(const Op& op, const Call& call, typename VectorLoss::Prepared& prepared) {
    const VectorArguments<Rule> a{rule(op),
                                  FlatView<const float>(call.in[0]),
                                  FlatView<const float>(call.in[1]),
                                  FlatView<float>(call.outs[0]),
                                  FlatView<float>(call.outs[1]),
                                  static_cast<int>(op.shape.size())};
    const Launch shape{dim3(call.out().batch), dim3(threads), threads * 8};
    return prepared.prepare(vector_loss_kernel<Rule>, shape, a);
  }
};

}  // namespace

const CudaKernel softmax_loss = cuda_kernel<VectorLoss<ops::SoftmaxLoss, SoftmaxRule>>();
const CudaKernel cost = cuda_kernel<VectorLoss<ops::Cost, CostRule>>();

}  // namespace nightjar::cuda
