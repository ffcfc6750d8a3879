// Transposed convolution, or the gradient by a convolution's image, as matrix products, a phase (phase.h)
// each: a block computes 64 of its pixels x 64 filters, a thread 4 x 4 of them. Each step multiplies a 64 x
// 16 tile of the picture with a 16 x 64 tile of the weights, both in shared memory.
//
// Weights are packed phase by phase as (k, filter), k = (tap row, tap column, channel) of the phase, padded
// to whole tiles with zeros, behind the biases.
#include "kernels/cuda/conv/phase.h"
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/deconv.h"
#include "kernels/ops/gradients/conv_data_gradient.h"

#include <algorithm>

namespace nightjar::cuda {
namespace {

constexpr int tile = 64, tile_k = 16, threads = 256, own = 4;
// One more than a multiple of 32 banks: what a half warp stores, 16 channels of a pixel, touches each bank
// once.
constexpr int picture_stride = tile + 1;
constexpr int picture_floats = tile_k * picture_stride, filter_floats = tile_k * tile;

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

// What the two operations have in common, in the words of the first.
struct Transposed {
  Shape in, out;
  int size, stride, pad;
  Activation activation = Activation::linear;

  explicit Transposed(const ops::Deconv& op)
      : in(op.in), out(op.out), size(op.size), stride(op.stride), pad(op.pad), activation(op.activation) {}
  explicit Transposed(const ops::ConvDataGradient& op)
      : in(op.conv.out), out(op.conv.in), size(op.conv.size), stride(op.conv.stride_x), pad(op.conv.pad) {}

  static bool is_dense(const ops::Deconv&) { return true; }
  static bool is_dense(const ops::ConvDataGradient& op) {
    return op.conv.groups == 1 && op.conv.dilation == 1 && op.conv.stride_x == op.conv.stride_y;
  }
  // The weight that takes channel c of the input to filter f of the output.
  static std::int64_t weight(const ops::Deconv& op, int f, int c, int tap) {
    return (std::int64_t{f} * op.in.c + c) * op.size * op.size + tap;
  }
  static std::int64_t weight(const ops::ConvDataGradient& op, int f, int c, int tap) {
    return (std::int64_t{c} * op.conv.in.c + f) * op.conv.size * op.conv.size + tap;
  }

  int padded_filters() const { return round_up(out.c, tile); }
  int phases() const { return std::min(stride, size); }
  int phase_k() const {
    const int most_taps = ceil_div(size, phases());
    return round_up(most_taps * most_taps * in.c, tile_k);
  }
  std::int64_t weight_floats() const {
    return std::int64_t{phases()} * phases() * phase_k() * padded_filters();
  }
  // Rows and columns of the output that begin a phase: the grid has a layer of blocks for each pair.
  int first_rows() const { return std::min(stride, out.h); }
  int first_columns() const { return std::min(stride, out.w); }
  // Where a weight lies among those that were packed.
  std::int64_t place_of(int filter, int channel, int ky, int kx) const {
    const int row = ky % stride, column = kx % stride, columns = (size - 1 - column) / stride + 1;
    const int k = (ky / stride * columns + kx / stride) * in.c + channel;
    return (std::int64_t{row * phases() + column} * phase_k() + k) * padded_filters() + filter;
  }
};

// O: ops::Deconv or ops::ConvDataGradient.
template <class O>
struct TransposedConv : OneLaunch<DeconvArguments<float>> {
  using Op = O;
  static constexpr const char* name = std::is_same_v<O, ops::Deconv> ? "deconv" : "conv_data_gradient";

  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    constexpr std::int64_t most_layers = 65535;
    const Transposed t(op);
    return Transposed::is_dense(op) && std::int64_t{t.first_rows()} * t.first_columns() <= most_layers &&
           accepts_all(in, 1, out);
  }
  // 128 FMA units a multiprocessor at 1.7 GHz, of which this keeps a quarter busy: an estimate.
  static double microseconds(const Op& op, const Tensor& out, const Device& device) {
    return 2 + double(op.flops()) / 2 * out.batch / (device.multiprocessors * 128. * 1700 / 4);
  }
  static std::int64_t packed_bytes(const Op& op) {
    const Transposed t(op);
    return 4 * (t.padded_filters() + t.weight_floats());
  }
  static void pack(const Op& op, Weights arrays, void* packed) {
    const Transposed t(op);
    auto* bias = static_cast<float*>(packed);
    for (int f = 0; f < t.padded_filters(); ++f) bias[f] = f < t.out.c && arrays[1] ? arrays[1][f] : 0;
    float* weights = bias + t.padded_filters();
    for (std::int64_t i = 0; i < t.weight_floats(); ++i) weights[i] = 0;
    for (int f = 0; f < t.out.c; ++f)
      for (int c = 0; c < t.in.c; ++c)
        for (int tap = 0; tap < t.size * t.size; ++tap)
          weights[t.place_of(f, c, tap / t.size, tap % t.size)] =
              arrays[0][Transposed::weight(op, f, c, tap)];
  }

  static Status prepare(const Op& op, const Call& call, typename TransposedConv::Prepared& prepared) {
    const Transposed t(op);
    return with_type(call.out().type, [&](auto type) {
      using T = decltype(type);
      const auto* bias = call.packed_as<float>();
      const DeconvArguments<T> a{view<const T>(call.in[0]),
                                 view<T>(call.out()),
                                 bias,
                                 bias + t.padded_filters(),
                                 call.out().batch,
                                 t.in.h,
                                 t.in.w,
                                 t.out.h,
                                 t.out.w,
                                 t.in.c,
                                 t.out.c,
                                 t.padded_filters(),
                                 t.size,
                                 t.stride,
                                 t.pad,
                                 t.phases(),
                                 t.phase_k(),
                                 Divider(t.first_columns()),
                                 Divider(t.in.c),
                                 t.activation};
      const int most_pixels = call.out().batch * ceil_div(t.out.h, t.stride) * ceil_div(t.out.w, t.stride);
      const Launch shape{
          dim3(ceil_div(most_pixels, tile), t.padded_filters() / tile, t.first_rows() * t.first_columns()),
          dim3(threads), (picture_floats + filter_floats) * 4};
      return prepared.prepare(deconv_kernel<T>, shape, a);
    });
  }
};

}  // namespace

const CudaKernel deconv = cuda_kernel<TransposedConv<ops::Deconv>>();
const CudaKernel conv_data_gradient = cuda_kernel<TransposedConv<ops::ConvDataGradient>>();

}  // namespace nightjar::cuda
