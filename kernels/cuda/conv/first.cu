// The first layer: so few channels that a matrix product would mostly multiply padding, and so many pixels
// that the output's bytes decide. A thread sums 16 filters of 2 pixels in registers; the weights of these
// filters lie in shared memory, where all lanes read the same ones.
//
// 32 FMAs need 4 loads of 16 bytes from shared memory and 2 values of the picture: about as many cycles for
// either unit.
#include "kernels/cuda/conv/epilogue.cuh"
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"

namespace nightjar::cuda {
namespace {

constexpr int threads = 128, thread_pixels = 2, tile_pixels = threads * thread_pixels, tile_filters = 16;
constexpr ConvTile conv_tile{tile_pixels, tile_filters, 1, 8, 64};
constexpr int max_channels = 4, max_k = 384;  // 24 KiB of weights, as much as the sums take later

template <class T>
struct FirstArguments {
  ConvGeometry g;
  Global<const T> in;
  Global<const float> weights;  // (filters / 16, k, 16)
  ConvOutput<T> output;
};

template <class T>
__global__ void __launch_bounds__(threads) conv_first_kernel(const FirstArguments<T> a) {
  const ConvGeometry& g = a.g;
  const int thread = static_cast<int>(threadIdx.x);
  const int first_pixel = static_cast<int>(blockIdx.x) * tile_pixels;
  const int first_filter = static_cast<int>(blockIdx.y) * tile_filters;
  const Shared<float> weights = shared_memory<float>(0, max_k * tile_filters);
  for (int i = thread * 4; i < g.k * tile_filters; i += threads * 4) {
    store<4>(weights + i, load<4>(a.weights + (first_filter * g.k + i)));
  }
  __syncthreads();

  // Neighbouring threads take neighbouring pixels.
  ConvGeometry::Window windows[thread_pixels];
#pragma unroll
  for (int p = 0; p < thread_pixels; ++p) {
    const int pixel = first_pixel + p * threads + thread;
    windows[p] = g.window(pixel);
    if (pixel >= g.pixels) windows[p].y = -(1 << 20);  // all outside
  }
  float sums[thread_pixels][tile_filters] = {};
  for (int k = 0; k < g.k; ++k) {
    const ConvGeometry::Tap tap = g.tap(k);
    float values[thread_pixels];
#pragma unroll
    for (int p = 0; p < thread_pixels; ++p) {
      const int y = windows[p].y + tap.y, x = windows[p].x + tap.x;
      const bool inside = y >= 0 && y < g.in_h && x >= 0 && x < g.in_w;
      values[p] = 0.f;
      if (inside)
        values[p] = to_float(a.in[((windows[p].image * g.in_h + y) * g.in_w + x) * g.in_pixel + tap.channel]);
    }
#pragma unroll
    for (int f = 0; f < tile_filters; f += 4) {
      const Pack<float, 4> w = load<4>(weights + (k * tile_filters + f));
#pragma unroll
      for (int p = 0; p < thread_pixels; ++p) {
#pragma unroll
        for (int i = 0; i < 4; ++i) sums[p][f + i] = fmaf(values[p], w.v[i], sums[p][f + i]);
      }
    }
  }

  __syncthreads();
  const Shared<float> tile = shared_memory<float>(0, tile_pixels * tile_stride(tile_filters));
#pragma unroll
  for (int p = 0; p < thread_pixels; ++p) {
#pragma unroll
    for (int f = 0; f < tile_filters; f += 4) {
      const Pack<float, 4> quarter{{sums[p][f], sums[p][f + 1], sums[p][f + 2], sums[p][f + 3]}};
      store<4>(tile + ((p * threads + thread) * tile_stride(tile_filters) + f), quarter);
    }
  }
  __syncthreads();
  store_tile<tile_pixels, tile_filters, threads>(a.output, tile, first_pixel, g.pixels, first_filter,
                                                 g.filters - first_filter);
}

struct ConvFirst : OneLaunch<FirstArguments<float>> {
  using Op = ops::Conv;
  static constexpr const char* name = "conv_first";

  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    return op.groups == 1 && op.in.c <= max_channels && op.size * op.size * op.in.c <= max_k &&
           accepts_all(in, op.residual ? 2 : 1, out);
  }
  static double microseconds(const Op& op, const Tensor& out, const Device& device) {
    return conv_schedule(op, out.batch, bytes_of(out.type), conv_tile, 1, device).microseconds;
  }
  static std::int64_t packed_bytes(const Op& op) { return packed_weights(op, conv_tile).bytes(1, 4); }
  static void pack(const Op& op, Weights arrays, void* packed) {
    const PackedWeights p = packed_weights(op, conv_tile);
    pack_bias(op, arrays[1], packed);
    auto* to = p.weights<float>(packed);
    for (std::int64_t i = 0; i < p.group_elements; ++i) to[i] = 0;
    each_weight(op, arrays[0], [&](int, int filter, int k, float weight) {
      to[(filter / tile_filters * p.padded_k + k) * tile_filters + filter % tile_filters] = weight;
    });
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_type(call.out().type, [&](auto type) {
      using T = decltype(type);
      const PackedWeights p = packed_weights(op, conv_tile);
      FirstArguments<T> a{};
      a.g = conv_geometry(op, call.in[0], call.out(), conv_tile, 1);
      a.in = static_cast<const T*>(call.in[0].data);
      a.weights = p.weights<float>(call.packed);
      a.output = conv_output<T>(op, call);
      const dim3 grid(ceil_div(a.g.pixels, tile_pixels), ceil_div(a.g.filters, tile_filters));
      constexpr int bytes = tile_bytes(tile_pixels, tile_filters);
      static_assert(bytes >= max_k * tile_filters * 4);
      return prepared.prepare(conv_first_kernel<T>, {grid, dim3(threads), bytes}, a);
    });
  }
};

}  // namespace

const CudaKernel conv_first = cuda_kernel<ConvFirst>();

}  // namespace nightjar::cuda
