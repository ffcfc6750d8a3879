// A fully connected layer, and its gradient by the vector: the same with the matrix transposed.
#include "kernels/ops/connected.h"

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/vector/products.h"
#include "kernels/ops/gradients/connected_data_gradient.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

struct Connected : CpuKernelDefaults {
  using Op = ops::Connected;
  using Prepared = Products::Cut;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("connected");

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return is_f32(in[0]) && is_f32(out); }
  static double cycles(const Op& op, const Tensor&) {
    return double(op.in.size()) * padded_outputs(op.outputs) / lanes;
  }

  // Weights, and the biases behind them.
  static std::int64_t packed_bytes(const Op& op) {
    return (op.in.size() + 1) * padded_outputs(op.outputs) * std::int64_t{sizeof(float)};
  }
  static void pack(const Op& op, Weights weights, void* packed) {
    const std::int64_t inputs = op.in.size(), padded = padded_outputs(op.outputs);
    auto* to = static_cast<float*>(packed);
    pack_products(
        inputs, op.outputs, [&](std::int64_t o, std::int64_t i) { return weights[0][o * inputs + i]; }, to);
    for (std::int64_t o = 0; o < padded; ++o)
      to[inputs * padded + o] = weights[1] && o < op.outputs ? weights[1][o] : 0;
  }

  static Work prepare(const Op&, const Call& call, Products::Cut& cut) {
    return Products::prepare(call, cut);
  }
  static void run(const Op& op, const Call& call, const Products::Cut& cut, int phase, int begin, int end,
                  Scratch scratch) {
    const float* biases = call.packed_as<float>() + cut.inputs * padded_outputs(cut.outputs);
    Products::run(call, cut, {biases, op.activation}, phase, begin, end, scratch);
  }
};

struct ConnectedDataGradient : CpuKernelDefaults {
  using Op = ops::ConnectedDataGradient;
  using Prepared = Products::Cut;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("connected_data_gradient");

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return is_f32(in[0]) && is_f32(out); }
  static double cycles(const Op& op, const Tensor&) {
    return double(padded_outputs(op.connected.in.size())) * op.connected.outputs / lanes;
  }
  static std::int64_t packed_bytes(const Op& op) {
    return op.connected.outputs * padded_outputs(op.connected.in.size()) * std::int64_t{sizeof(float)};
  }
  static void pack(const Op& op, Weights weights, void* packed) {
    const std::int64_t inputs = op.connected.in.size();
    pack_products(
        op.connected.outputs, inputs,
        [&](std::int64_t i, std::int64_t o) { return weights[0][o * inputs + i]; },
        static_cast<float*>(packed));
  }

  static Work prepare(const Op&, const Call& call, Products::Cut& cut) {
    return Products::prepare(call, cut);
  }
  static void run(const Op&, const Call& call, const Products::Cut& cut, int phase, int begin, int end,
                  Scratch scratch) {
    Products::run(call, cut, {nullptr, Activation::linear}, phase, begin, end, scratch);
  }
};

}  // namespace

constexpr CpuKernel connected = cpu_kernel<Connected>();
constexpr CpuKernel connected_data_gradient = cpu_kernel<ConnectedDataGradient>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
