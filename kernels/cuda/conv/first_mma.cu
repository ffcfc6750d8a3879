// The first layer on the matrix units ("tensor cores"), in fp16: so few channels that a tile of the picture
// has nothing to share, so many pixels that the output's bytes decide. A warp multiplies 32 pixels by 32
// filters, fetching each pixel's taps straight from the picture into the fragments of mma.sync; neighbouring
// pixels read the same lines, which the first-level cache keeps. The weights lie in shared memory, fragment
// by fragment.
//
// The sum runs tap by tap, 4 channels each, the missing ones zeros, and in an order that suits the lanes: the
// two registers that a lane has of a pixel in a step are one tap, which is one load of 8 bytes. 3 x 3 x 3
// values become 48 in 3 steps, of which the matrix units take a tenth of the time that storing takes. Filters
// are dealt to the columns so that a lane ends with 8 neighbouring ones (wgmma_index.h).
#include <algorithm>

#include "kernels/cuda/conv/epilogue.cuh"
#include "kernels/cuda/conv/wgmma_index.h"
#include "kernels/cuda/half_bits.h"
#include "kernels/cuda/manifest.h"
#include "kernels/cuda/ptx.cuh"

namespace nightjar::cuda {
namespace {

constexpr int warps = 4, threads = 32 * warps;
constexpr int warp_pixels = 32, rows = warp_pixels / 8;  // of its pixels, a lane has every 8th
constexpr int tile_pixels = warps * warp_pixels, tile_filters = wgmma_index::dealt_filters;
constexpr int tap_channels = 4, step_taps = 4;                            // 16 values a step
constexpr int columns = tile_filters / 8, step_words = 2 * columns * 32;  // weights of a step, in registers
constexpr int max_steps = 16;
constexpr int blocks_per_multiprocessor = 8;
constexpr ConvTile conv_tile{tile_pixels, tile_filters, tap_channels* step_taps, blocks_per_multiprocessor,
                             256};

struct FirstMmaArguments {
  ConvGeometry g;
  int steps, tiles;
  std::uint32_t low_mask, high_mask;  // what lies beyond the channels may be anything
  Global<const half> in;
  Global<const std::uint32_t> weights;  // (filters / 32, steps, lane, column of 8, 2)
  ConvOutput<half> output;
};

int steps_of(const ops::Conv& op) {
  return ceil_div(op.size * op.size, step_taps);
}

// The channels of a tap, for each of the lane's pixels: the two registers of the picture's fragments.
NIGHTJAR_DEVICE void load_tap(const FirstMmaArguments& a, const ConvGeometry::Window (&windows)[rows],
                              int tap, std::uint32_t (&first)[rows], std::uint32_t (&second)[rows]) {
  int tap_x;
  const int tap_y = a.g.by_size.divide(tap, tap_x) * a.g.dilation;
  tap_x *= a.g.dilation;
  const bool used = tap < a.g.size * a.g.size;
#pragma unroll
  for (int i = 0; i < rows; ++i) {
    const int y = windows[i].y + tap_y, x = windows[i].x + tap_x;
    const bool inside = used && static_cast<unsigned>(y) < static_cast<unsigned>(a.g.in_h) &&
                        static_cast<unsigned>(x) < static_cast<unsigned>(a.g.in_w);
    Pack<std::uint32_t, 2> channels{};
    if (inside)
      channels = four_halves(a.in + ((windows[i].image * a.g.in_h + y) * a.g.in_w + x) * a.g.in_pixel);
    first[i] = channels.v[0] & a.low_mask;
    second[i] = channels.v[1] & a.high_mask;
  }
}

// `known_steps`: as many, unrolled, so that all loads are under way before the first product; 0: as many as a
// says.
template <int known_steps>
NIGHTJAR_DEVICE void multiply_tile(const FirstMmaArguments& a, Shared<const std::uint32_t> weights,
                                   int first_pixel, int lane, float (&sums)[rows / 2][columns][4]) {
  ConvGeometry::Window windows[rows];
#pragma unroll
  for (int i = 0; i < rows; ++i) {
    const int pixel = first_pixel + lane / 4 + i * 8;
    windows[i] = a.g.window(pixel);
    if (pixel >= a.g.pixels) windows[i].y = -(1 << 20);  // all outside
  }
#pragma unroll
  for (int step = 0; step < (known_steps > 0 ? known_steps : a.steps); ++step) {
    std::uint32_t low[rows], high[rows];
    load_tap(a, windows, step * step_taps + lane % 4, low, high);
    const Shared<const std::uint32_t> own = weights + (step * step_words + lane * (2 * columns));
    const Pack<std::uint32_t, 4> first = load<4>(own), second = load<4>(own + 4);
#pragma unroll
    for (int j = 0; j < columns; ++j) {
      const Pack<std::uint32_t, 4>& pack = j < columns / 2 ? first : second;
      const std::uint32_t b[] = {pack.v[j % 2 * 2], pack.v[j % 2 * 2 + 1]};
#pragma unroll
      for (int m = 0; m < rows / 2; ++m) {
        const std::uint32_t fragment[] = {low[2 * m], low[2 * m + 1], high[2 * m], high[2 * m + 1]};
        mma<half>(sums[m][j], fragment, b);
      }
    }
  }
}

NIGHTJAR_DEVICE void store_pixels(const FirstMmaArguments& a, const float (&sums)[rows / 2][columns][4],
                                  int first_pixel, int filter, int lane) {
  constexpr int width = wgmma_index::lane_filters;
#pragma unroll
  for (int row = 0; row < rows; ++row) {
    const int pixel = first_pixel + lane / 4 + row * 8;
    if (pixel >= a.g.pixels || filter >= a.g.filters) continue;
    Pack<float, width> values;
#pragma unroll
    for (int i = 0; i < width; ++i) values.v[i] = sums[row / 2][i / 2][row % 2 * 2 + i % 2];
    store_pixel<width>(a.output, values, pixel, filter);
  }
}

template <int known_steps>
__global__ void __launch_bounds__(threads) conv_first_mma_kernel(const FirstMmaArguments a) {
  const int thread = static_cast<int>(threadIdx.x), lane = thread % 32;
  let_next_grid_start();
  const Shared<std::uint32_t> weights = shared_memory<std::uint32_t>(0, a.steps * step_words);
  const Global<const std::uint32_t> from = a.weights + static_cast<int>(blockIdx.y) * a.steps * step_words;
  for (int i = thread * 4; i < a.steps * step_words; i += threads * 4)
    store<4>(weights + i, load<4>(from + i));
  __syncthreads();
  wait_for_previous_grid();
  const int filter = static_cast<int>(blockIdx.y) * tile_filters + wgmma_index::first_filter_of(lane);
  for (int tile = static_cast<int>(blockIdx.x); tile < a.tiles; tile += static_cast<int>(gridDim.x)) {
    const int first_pixel = tile * tile_pixels + thread / 32 * warp_pixels;
    float sums[rows / 2][columns][4] = {};
    multiply_tile<known_steps>(a, weights, first_pixel, lane, sums);
    store_pixels(a, sums, first_pixel, filter, lane);
  }
}

struct ConvFirstMma : OneLaunch<FirstMmaArguments> {
  using Op = ops::Conv;
  static constexpr const char* name = "conv_first_mma_fp16";
  static constexpr int minimum_sm = 80;
  static constexpr Precision precision = Precision::fp16;

  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    constexpr int width = wgmma_index::lane_filters;
    return out.type == Type::f16 && op.groups == 1 && !op.residual && op.in.c <= tap_channels &&
           steps_of(op) <= max_steps && in[0].pixel % tap_channels == 0 && op.out.c % width == 0 &&
           out.pixel % width == 0 && accepts_all(in, 1, out);
  }
  static double microseconds(const Op& op, const Tensor& out, const Device& device) {
    return conv_schedule(op, out.batch, 2, conv_tile, 1, device).microseconds;
  }
  static std::int64_t packed_bytes(const Op& op) {
    return packed_weights(op, conv_tile).bias_bytes +
           std::int64_t{ceil_div(op.out.c, tile_filters)} * steps_of(op) * step_words * 4;
  }
  static std::int64_t packed_floats(const Op& op) { return packed_weights(op, conv_tile).bias_floats(); }
  static void pack(const Op& op, Weights arrays, void* packed) {
    const std::int64_t bias_bytes = packed_weights(op, conv_tile).bias_bytes;
    auto* to = reinterpret_cast<std::uint16_t*>(static_cast<std::byte*>(packed) + bias_bytes);
    std::fill_n(to, (packed_bytes(op) - bias_bytes) / 2, std::uint16_t{0});
    pack_bias(op, arrays[1], packed);
    each_weight(op, arrays[0], [&](int, int filter, int k, float weight) {
      const int tap = k / op.in.c, channel = k % op.in.c;
      const int column = wgmma_index::column_of(filter % tile_filters);
      // mma's b: of the 4 lanes that have a column, each has a tap, two channels in either register.
      const int step = filter / tile_filters * steps_of(op) + tap / step_taps;
      const int lane = column % 8 * 4 + tap % step_taps, word = column / 8 * 2 + channel / 2;
      to[(std::int64_t{step} * step_words + lane * (2 * columns) + word) * 2 + channel % 2] =
          half_bits(weight);
    });
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    const PackedWeights p = packed_weights(op, conv_tile);
    FirstMmaArguments a{};
    a.g = conv_geometry(op, call.in[0], call.out(), conv_tile, 1);
    a.steps = steps_of(op);
    a.tiles = ceil_div(a.g.pixels, tile_pixels);
    constexpr std::uint32_t masks[] = {0, 0xffff, 0xffffffff};
    a.low_mask = masks[std::min(op.in.c, 2)];
    a.high_mask = masks[std::max(op.in.c - 2, 0)];
    a.in = static_cast<const half*>(call.in[0].data);
    a.weights = p.weights<std::uint32_t>(call.packed);
    a.output = conv_output<half>(op, call);
    const int at_once = call.device.multiprocessors * blocks_per_multiprocessor;
    constexpr int usual = 3;  // of 3 x 3
    return prepared.prepare(a.steps == usual ? conv_first_mma_kernel<usual> : conv_first_mma_kernel<0>,
                            {.grid = dim3(std::min(a.tiles, at_once), ceil_div(a.g.filters, tile_filters)),
                             .block = dim3(threads),
                             .shared_bytes = a.steps * step_words * 4,
                             .early = true},
                            a);
  }
};

}  // namespace

const CudaKernel conv_first_mma_fp16 = cuda_kernel<ConvFirstMma>();

}  // namespace nightjar::cuda
