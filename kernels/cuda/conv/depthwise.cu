// Depthwise convolution: bound by memory, so a thread takes 16 bytes of channels of one output pixel, and the
// taps that neighbours share come from the first-level cache. Weights are packed tap by tap, channels
// innermost, in fp32.
#include "kernels/cuda/conv/epilogue.cuh"
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"

namespace nightjar::cuda {
namespace {

template <class T>
struct DepthwiseArguments {
  EachPack each;
  ConvGeometry g;
  View<const T> in;
  Global<const float> weights;  // (taps, channels)
  int channels;
  ConvOutput<T> output;
};

template <class T, int width>
__global__ void __launch_bounds__(each_pack_threads, 4) conv_depthwise_kernel(const DepthwiseArguments<T> a) {
  int pixel, channel;
  if (!own_pack<width>(a.each, pixel, channel)) return;
  const ConvGeometry& g = a.g;
  const ConvGeometry::Window window = g.window(pixel);
  Pack<float, width> sums{};
  for (int ky = 0; ky < g.size; ++ky) {
    const int y = window.y + ky * g.dilation;
    if (y < 0 || y >= g.in_h) continue;
    for (int kx = 0; kx < g.size; ++kx) {
      const int x = window.x + kx * g.dilation;
      if (x < 0 || x >= g.in_w) continue;
      const Pack<T, width> values = load<width>(a.in.at((window.image * g.in_h + y) * g.in_w + x, channel));
      const Pack<float, width> weights = load<width>(a.weights + ((ky * g.size + kx) * a.channels + channel));
#pragma unroll
      for (int i = 0; i < width; ++i) sums.v[i] = fmaf(to_float(values.v[i]), weights.v[i], sums.v[i]);
    }
  }
  store_pixel<width>(a.output, sums, pixel, channel);
}

struct ConvDepthwise : OneLaunch<DepthwiseArguments<float>> {
  using Op = ops::Conv;
  static constexpr const char* name = "conv_depthwise";
  static constexpr ConvTile no_tile{1, 1, 1, 1, 1};

  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    return op.groups == op.in.c && op.groups == op.out.c && accepts_all(in, op.residual ? 2 : 1, out);
  }
  // Every tap is read from a cache, about three times as fast as memory: an estimate.
  static double microseconds(const Op& op, const Tensor& out, const Device&) {
    return copy_microseconds(out, 2 + op.size * op.size / 3);
  }
  static std::int64_t packed_bytes(const Op& op) { return packed_weights(op, no_tile).bytes(op.groups, 4); }
  static void pack(const Op& op, Weights arrays, void* packed) {
    pack_bias(op, arrays[1], packed);
    auto* to = packed_weights(op, no_tile).weights<float>(packed);
    each_weight(op, arrays[0],
                [&](int group, int, int tap, float weight) { to[tap * op.in.c + group] = weight; });
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_packs(call, [&](auto type, auto width) {
      using T = decltype(type);
      DepthwiseArguments<T> a{};
      a.each = EachPack(call.out(), width);
      a.g = conv_geometry(op, call.in[0], call.out(), no_tile, 1);
      a.in = view<const T>(call.in[0]);
      a.weights = packed_weights(op, no_tile).weights<float>(call.packed);
      a.channels = op.in.c;
      a.output = conv_output<T>(op, call);
      return prepared.prepare(conv_depthwise_kernel<T, width.value>, a.each.early_launch(), a);
    });
  }
};

}  // namespace

const CudaKernel conv_depthwise = cuda_kernel<ConvDepthwise>();

}  // namespace nightjar::cuda
