// A fully connected layer: a matrix times a vector an image, as fast as the matrix can be read. A warp takes
// one output of one image; the matrix is packed in HWC order, as the input lies.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/connected.h"

namespace nightjar::cuda {
namespace {

constexpr int warps = 8;

template <class T>
struct ConnectedArguments {
  View<const T> in;
  View<T> out;
  Global<const float> bias, weights;  // (outputs), (outputs, h, w, c)
  int plane, channels, outputs;
  Divider by_channels;
  Activation activation;
};

template <class T>
__global__ void __launch_bounds__(32 * warps) connected_kernel(const ConnectedArguments<T> a) {
  const int output = static_cast<int>(blockIdx.x) * warps + static_cast<int>(threadIdx.x) / 32;
  const int lane = static_cast<int>(threadIdx.x) % 32, image = static_cast<int>(blockIdx.y);
  if (output >= a.outputs) return;  // whole warps
  const int inputs = a.plane * a.channels;
  const Global<const float> weights = a.weights + static_cast<std::int64_t>(output) * inputs;
  float sum = 0.f;
#pragma unroll 4
  for (int i = lane; i < inputs; i += 32) {
    int channel;
    const int pixel = a.by_channels.divide(i, channel);
    sum = fmaf(weights[i], to_float(a.in.at(image * a.plane + pixel, channel)[0]), sum);
  }
  for (int flip = 16; flip > 0; flip /= 2) sum += __shfl_xor_sync(~0u, sum, flip);
  if (lane == 0) a.out.at(image, output)[0] = from_float<T>(activate(a.activation, sum + a.bias[output]));
}

struct Connected : OneLaunch<ConnectedArguments<float>> {
  using Op = ops::Connected;
  static constexpr const char* name = "connected";

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return accepts_all(in, 1, out); }
  static double microseconds(const Op& op, const Tensor& out, const Device&) {
    return 2 + double(op.in.size()) * op.outputs * 4 * out.batch / 3e6;
  }
  static std::int64_t packed_bytes(const Op& op) { return 4 * op.outputs * (op.in.size() + 1); }
  static void pack(const Op& op, Weights arrays, void* packed) {
    auto* bias = static_cast<float*>(packed);
    float* weights = bias + op.outputs;
    const int plane = op.in.h * op.in.w;
    const float* from = arrays[0];
    for (int o = 0; o < op.outputs; ++o, weights += op.in.size()) {
      bias[o] = arrays[1] ? arrays[1][o] : 0;
      for (int c = 0; c < op.in.c; ++c)
        for (int i = 0; i < plane; ++i) weights[std::int64_t{i} * op.in.c + c] = *from++;
    }
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_type(call.out().type, [&](auto type) {
      using T = decltype(type);
      const auto* bias = call.packed_as<float>();
      const ConnectedArguments<T> a{view<const T>(call.in[0]),
                                    view<T>(call.out()),
                                    bias,
                                    bias + op.outputs,
                                    op.in.h * op.in.w,
                                    op.in.c,
                                    op.outputs,
                                    Divider(op.in.c),
                                    op.activation};
      const Launch shape{dim3(ceil_div(op.outputs, warps), call.out().batch), dim3(32 * warps)};
      return prepared.prepare(connected_kernel<T>, shape, a);
    });
  }
};

}  // namespace

const CudaKernel connected = cuda_kernel<Connected>();

}  // namespace nightjar::cuda
