// Transposed convolution as matrix products. Outputs whose row and column leave the same rest when divided by
// the stride, a phase, take the same taps: a phase is a dense convolution of the input with a part of the
// filters, and a block computes 64 of its pixels x 64 filters, a thread 4 x 4 of them. Each step multiplies
// a 64 x 16 tile of the picture with a 16 x 64 tile of the weights, both in shared memory.
//
// Weights are packed phase by phase as (k, filter), k = (tap row, tap column, channel) of the phase, padded
// to whole tiles with zeros, behind the biases.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/deconv.h"

#include <algorithm>

namespace nightjar::cuda {
namespace {

constexpr int tile = 64, tile_k = 16, threads = 256, own = 4;
// One more than a multiple of 32 banks: what a half warp stores, 16 channels of a pixel, touches each bank
// once.
constexpr int picture_stride = tile + 1;
constexpr int picture_floats = tile_k * picture_stride, filter_floats = tile_k * tile;

// Along one axis: the outputs `first`, first + stride, ... and the taps phase, phase + stride, ... that reach
// them. Tap t of the o-th output reads cell in + o - t of the input.
struct Phase {
  int first, outputs, phase, taps, in;
};
NIGHTJAR_BOTH Phase phase_of(int first, int size, int stride, int pad, int length) {
  Phase p;
  p.first = first;
  p.outputs = (length - 1 - first) / stride + 1;
  p.phase = (first + pad) % stride;
  p.taps = p.phase < size ? (size - 1 - p.phase) / stride + 1 : 0;
  p.in = (first + pad) / stride;
  return p;
}

template <class T>
struct DeconvArguments {
  View<const T> in;
  View<T> out;
  Global<const float> bias, weights;
  int batch, in_h, in_w, out_h, out_w, channels, filters, padded_filters;
  int size, stride, pad;
  int phases;          // that have taps, along an axis
  int phase_k;         // rows of a phase's weights, padded
  Divider by_columns;  // phases of a row of the output
  Divider by_channels;
  Activation activation;
};

// The picture's tile of a step as (k, pixel): a thread reads one channel of four pixels that are 16 apart.
template <class T>
NIGHTJAR_DEVICE void load_picture(const DeconvArguments<T>& a, const Phase& row, const Phase& column,
                                  int first_pixel, int pixels, int step, Shared<float> picture) {
  const int thread = static_cast<int>(threadIdx.x), k = thread % tile_k;
  int channel;
  const int tap = a.by_channels.divide(step * tile_k + k, channel);
  const int tap_y = tap / column.taps, tap_x = tap % column.taps;
  const int plane = row.outputs * column.outputs;
  for (int i = thread / tile_k; i < tile; i += threads / tile_k) {
    const int pixel = first_pixel + i, cell = pixel % plane;
    const int y = row.in + cell / column.outputs - tap_y, x = column.in + cell % column.outputs - tap_x;
    float value = 0.f;
    if (pixel < pixels && tap_y < row.taps && y >= 0 && y < a.in_h && x >= 0 && x < a.in_w)
      value = to_float(a.in.at((pixel / plane * a.in_h + y) * a.in_w + x, channel)[0]);
    picture[k * picture_stride + i] = value;
  }
}

template <class T>
__global__ void __launch_bounds__(threads) deconv_kernel(const DeconvArguments<T> a) {
  const int thread = static_cast<int>(threadIdx.x);
  int first_column;
  const int first_row = a.by_columns.divide(static_cast<int>(blockIdx.z), first_column);
  const Phase row = phase_of(first_row, a.size, a.stride, a.pad, a.out_h);
  const Phase column = phase_of(first_column, a.size, a.stride, a.pad, a.out_w);
  const int pixels = a.batch * row.outputs * column.outputs;
  const int first_pixel = static_cast<int>(blockIdx.x) * tile,
            first_filter = static_cast<int>(blockIdx.y) * tile;
  if (first_pixel >= pixels) return;  // whole blocks
  const Global<const float> weights =
      a.weights +
      (static_cast<std::int64_t>(row.phase * a.phases + column.phase) * a.phase_k * a.padded_filters +
       first_filter);
  const Shared<float> picture = shared_memory<float>(0, picture_floats);
  const Shared<float> filters = shared_memory<float>(picture_floats * 4, filter_floats);

  // A thread's sums are of every 16th pixel and of 4 neighbouring filters.
  const int own_pixel = thread / 16, own_filter = thread % 16 * own;
  float sums[own][own] = {};
  const int steps = ceil_div(row.taps * column.taps * a.channels, tile_k);
  for (int step = 0; step < steps; ++step) {
    load_picture(a, row, column, first_pixel, pixels, step, picture);
    const int k = thread / 16;
    store<4>(
        filters + (k * tile + own_filter),
        load<4>(weights + (static_cast<std::int64_t>(step * tile_k + k) * a.padded_filters + own_filter)));
    __syncthreads();
#pragma unroll
    for (int i = 0; i < tile_k; ++i) {
      const Pack<float, 4> w = load<4>(filters + (i * tile + own_filter));
#pragma unroll
      for (int p = 0; p < own; ++p) {
        const float value = picture[i * picture_stride + own_pixel + p * 16];
#pragma unroll
        for (int f = 0; f < own; ++f) sums[p][f] = fmaf(value, w.v[f], sums[p][f]);
      }
    }
    __syncthreads();
  }

  const int plane = row.outputs * column.outputs;
#pragma unroll
  for (int p = 0; p < own; ++p) {
    const int pixel = first_pixel + own_pixel + p * 16;
    if (pixel >= pixels) continue;
    const int cell = pixel % plane, y = row.first + cell / column.outputs * a.stride,
              x = column.first + cell % column.outputs * a.stride;
    const int out = (pixel / plane * a.out_h + y) * a.out_w + x;
#pragma unroll
    for (int f = 0; f < own; ++f) {
      const int filter = first_filter + own_filter + f;
      if (filter < a.filters)
        a.out.at(out, filter)[0] = from_float<T>(activate(a.activation, sums[p][f] + a.bias[filter]));
    }
  }
}

struct Deconv : OneLaunch<DeconvArguments<float>> {
  using Op = ops::Deconv;
  static constexpr const char* name = "deconv";

  static int padded_filters(const Op& op) { return round_up(op.out.c, tile); }
  static int phases(const Op& op) { return std::min(op.stride, op.size); }
  static int phase_k(const Op& op) {
    const int most_taps = ceil_div(op.size, phases(op));
    return round_up(most_taps * most_taps * op.in.c, tile_k);
  }
  static std::int64_t weight_floats(const Op& op) {
    return std::int64_t{phases(op)} * phases(op) * phase_k(op) * padded_filters(op);
  }
  // Rows and columns of the output that begin a phase: the grid has a layer of blocks for each pair.
  static int first_rows(const Op& op) { return std::min(op.stride, op.out.h); }
  static int first_columns(const Op& op) { return std::min(op.stride, op.out.w); }

  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    constexpr std::int64_t most_layers = 65535;
    return std::int64_t{first_rows(op)} * first_columns(op) <= most_layers && accepts_all(in, 1, out);
  }
  // 128 FMA units a multiprocessor at 1.7 GHz, of which this keeps a quarter busy: an estimate.
  static double microseconds(const Op& op, const Tensor& out, const Device& device) {
    return 2 + double(op.flops()) / 2 * out.batch / (device.multiprocessors * 128. * 1700 / 4);
  }
  static std::int64_t packed_bytes(const Op& op) { return 4 * (padded_filters(op) + weight_floats(op)); }
  static void pack(const Op& op, Weights arrays, void* packed) {
    auto* bias = static_cast<float*>(packed);
    for (int f = 0; f < padded_filters(op); ++f) bias[f] = f < op.out.c && arrays[1] ? arrays[1][f] : 0;
    float* weights = bias + padded_filters(op);
    for (std::int64_t i = 0; i < weight_floats(op); ++i) weights[i] = 0;
    const float* from = arrays[0];
    for (int f = 0; f < op.out.c; ++f) {
      for (int c = 0; c < op.in.c; ++c) {
        for (int ky = 0; ky < op.size; ++ky) {
          for (int kx = 0; kx < op.size; ++kx) weights[place_of(op, f, c, ky, kx)] = *from++;
        }
      }
    }
  }
  static std::int64_t place_of(const Op& op, int filter, int channel, int ky, int kx) {
    const int row = ky % op.stride, column = kx % op.stride, columns = (op.size - 1 - column) / op.stride + 1;
    const int k = (ky / op.stride * columns + kx / op.stride) * op.in.c + channel;
    return (std::int64_t{row * phases(op) + column} * phase_k(op) + k) * padded_filters(op) + filter;
  }

  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_type(call.out().type, [&](auto type) {
      using T = decltype(type);
      const auto* bias = call.packed_as<float>();
      const DeconvArguments<T> a{view<const T>(call.in[0]),
                                 view<T>(call.out()),
                                 bias,
                                 bias + padded_filters(op),
                                 call.out().batch,
                                 op.in.h,
                                 op.in.w,
                                 op.out.h,
                                 op.out.w,
                                 op.in.c,
                                 op.out.c,
                                 padded_filters(op),
                                 op.size,
                                 op.stride,
                                 op.pad,
                                 phases(op),
                                 phase_k(op),
                                 Divider(first_columns(op)),
                                 Divider(op.in.c),
                                 op.activation};
      const int most_pixels =
          call.out().batch * ceil_div(op.out.h, op.stride) * ceil_div(op.out.w, op.stride);
      const Launch shape{
          dim3(ceil_div(most_pixels, tile), padded_filters(op) / tile, first_rows(op) * first_columns(op)),
          dim3(threads), (picture_floats + filter_floats) * 4};
      return prepared.prepare(deconv_kernel<T>, shape, a);
    });
  }
};

}  // namespace

const CudaKernel deconv = cuda_kernel<Deconv>();

}  // namespace nightjar::cuda
