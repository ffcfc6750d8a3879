// Gradients of connected layers: by the vector, the transposed matrix times the output's, a thread a value of
// the vector; by the weights, a thread a weight, summed over images.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/cuda/vector/flat.cuh"
#include "kernels/ops/gradients/connected_data_gradient.h"
#include "kernels/ops/gradients/connected_weights_gradient.h"

namespace nightjar::cuda {
namespace {

template <class T>
struct DataArguments {
  EachPack each;
  View<const T> gradient;
  View<T> out;
  Global<const float> weights;  // (outputs, h, w, c)
  Divider by_plane;
  int channels, outputs;
};

template <class T>
__global__ void __launch_bounds__(each_pack_threads) connected_data_kernel(const DataArguments<T> a) {
  int pixel, channel;
  if (!own_pack<1>(a.each, pixel, channel)) return;
  int cell;
  const int n = a.by_plane.divide(pixel, cell), inputs = a.by_plane.divisor * a.channels;
  const Global<const float> weights = a.weights + (cell * a.channels + channel);
  float sum = 0.f;
  for (int o = 0; o < a.outputs; ++o)
    sum = fmaf(weights[static_cast<std::int64_t>(o) * inputs], to_float(a.gradient.at(n, o)[0]), sum);
  a.out.at(pixel, channel)[0] = from_float<T>(sum);
}

struct ConnectedDataGradient : OneLaunch<DataArguments<float>> {
  using Op = ops::ConnectedDataGradient;
  static constexpr const char* name = "connected_data_gradient";

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return accepts_all(in, 1, out); }
  static double microseconds(const Op& op, const Tensor& out, const Device&) {
    return 2 + double(op.flops()) * 2 * out.batch / 3e6;
  }
  static std::int64_t packed_bytes(const Op& op) { return 4 * op.connected.weights().size(); }
  static void pack(const Op& op, Weights arrays, void* packed) {
    auto* weights = static_cast<float*>(packed);
    const Shape& in = op.connected.in;
    const int plane = in.h * in.w;
    const float* from = arrays[0];
    for (int o = 0; o < op.connected.outputs; ++o, weights += in.size())
      for (int c = 0; c < in.c; ++c)
        for (int i = 0; i < plane; ++i) weights[std::int64_t{i} * in.c + c] = *from++;
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_type(call.out().type, [&](auto type) {
      using T = decltype(type);
      const Shape& in = op.connected.in;
      const DataArguments<T> a{EachPack(call.out(), 1), view<const T>(call.in[0]), view<T>(call.out()),
                               call.packed_as<float>(), Divider(in.h * in.w),      in.c,
                               op.connected.outputs};
      return prepared.prepare(connected_data_kernel<T>, a.each.early_launch(), a);
    });
  }
};

template <class T>
struct WeightsArguments {
  FlatView<const T> in;
  View<const T> gradient;
  Global<const float> so_far;
  Global<float> out;
  int inputs, outputs, batch;
};

template <class T>
__global__ void __launch_bounds__(each_pack_threads) connected_weights_kernel(const WeightsArguments<T> a) {
  const int i = static_cast<int>(blockIdx.x) * each_pack_threads + static_cast<int>(threadIdx.x);
  const int output = static_cast<int>(blockIdx.y);
  if (i >= a.inputs) return;
  const std::int64_t at = static_cast<std::int64_t>(output) * a.inputs + i;
  float sum = 0.f;
  for (int n = 0; n < a.batch; ++n)
    sum = fmaf(to_float(a.gradient.at(n, output)[0]), to_float(a.in.at(n, i)[0]), sum);
  a.out[at] = a.so_far[at] + sum;
}

struct ConnectedWeightsGradient : OneLaunch<WeightsArguments<float>> {
  using Op = ops::ConnectedWeightsGradient;
  static constexpr const char* name = "connected_weights_gradient";
  static constexpr bool depends_on_batch = true;

  static bool accepts(const Op& op, const Tensor* in, const Tensor* outs) {
    constexpr int most_rows = 65535;  // of a grid
    return op.connected.outputs <= most_rows && accepts_operands(op, in, outs);
  }
  static double microseconds(const Op& op, const Tensor&, const Device&) {
    return 2 + double(op.flops()) * 6 / 3e6;
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_type(call.in[0].type, [&](auto type) {
      using T = decltype(type);
      const WeightsArguments<T> a{FlatView<const T>(call.in[0]),
                                  view<const T>(call.in[1]),
                                  static_cast<const float*>(call.in[2].data),
                                  static_cast<float*>(call.out().data),
                                  static_cast<int>(op.connected.in.size()),
                                  op.connected.outputs,
                                  call.in[0].batch};
      const Launch shape{dim3(ceil_div(a.inputs, each_pack_threads), a.outputs), dim3(each_pack_threads)};
      return prepared.prepare(connected_weights_kernel<T>, shape, a);
    });
  }
};

}  // namespace

const CudaKernel connected_data_gradient = cuda_kernel<ConnectedDataGradient>();
const CudaKernel connected_weights_gradient = cuda_kernel<ConnectedWeightsGradient>();

}  // namespace nightjar::cuda
