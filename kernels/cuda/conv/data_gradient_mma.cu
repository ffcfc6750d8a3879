// The gradient by a convolution's image on the matrix units, in fp16 or tf32, where the convolution has a
// stride; without one it is a convolution itself. Each phase (phase.h) is a product of conv_mma's, whose
// pixels go to every other cell of the image.
#include "kernels/cuda/conv/matrix_weights.h"
#include "kernels/cuda/conv/mma.cuh"
#include "kernels/cuda/conv/phase.h"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/gradients/conv_data_gradient.h"

#include <algorithm>

namespace nightjar::cuda {
namespace {

constexpr int max_splits = 16;
constexpr int max_phases = 4;  // strides up to 2

// The cells of the image that a phase's pixels are.
template <class T>
struct PhaseOutput {
  Global<T> out;
  int out_pixel, out_h, out_w, first_row, first_column, stride;
  Divider by_plane, by_row;  // of the phase
  bool packs;

  NIGHTJAR_DEVICE int cell_of(int pixel) const {
    int x, rest;
    const int n = by_plane.divide(pixel, rest), y = by_row.divide(rest, x);
    return (n * out_h + first_row + y * stride) * out_w + first_column + x * stride;
  }
};

template <int columns, int threads, int width, class T>
NIGHTJAR_DEVICE void store_cells(const PhaseOutput<T>& o, Shared<const float> tile, int rows, int first_pixel,
                                 int pixels, int first_filter, int filters) {
  constexpr int packs = columns / width;
#pragma unroll 1
  for (int i = static_cast<int>(threadIdx.x); i < rows * packs; i += threads) {
    const int row = i / packs, column = i % packs * width;
    if (first_pixel + row >= pixels || column >= filters) continue;
    const Pack<float, width> sums = load<width>(tile + (row * tile_stride(columns) + column));
    Pack<T, width> result;
#pragma unroll
    for (int j = 0; j < width; ++j) result.v[j] = from_float<T>(sums.v[j]);
    store<width>(o.out + (o.cell_of(first_pixel + row) * o.out_pixel + first_filter + column), result);
  }
}

// As that of a convolution's output (epilogue.cuh).
template <int rows, int columns, int threads, class T>
NIGHTJAR_DEVICE void store_tile(const PhaseOutput<T>& o, Shared<const float> tile, int first_pixel,
                                int pixels, int first_filter, int filters) {
  if (o.packs) {
    store_cells<columns, threads, 16 / sizeof(T)>(o, tile, rows, first_pixel, pixels, first_filter, filters);
  } else {
    store_cells<columns, threads, 1>(o, tile, rows, first_pixel, pixels, first_filter, filters);
  }
}

// The product of a phase, and where its weights lie among those that are packed: (filter, k), k = (tap row,
// tap column, channel), of which filters are the image's channels and channels the gradient's.
struct PhaseProduct {
  Phase row, column;
  int k, padded_k;
  std::int64_t first_weight;

  std::int64_t pixels(int batch) const { return std::int64_t{batch} * row.outputs * column.outputs; }
};

struct PhaseProducts {
  PhaseProduct all[max_phases];
  int count = 0, padded_filters;
  std::int64_t weights = 0;

  PhaseProducts(const ops::Conv& conv, const ConvTile& tile)
      : padded_filters(round_up(conv.in.c, tile.filters)) {
    const auto phase = [&](int first, int length) {
      return phase_of(first, conv.size, conv.stride_x, conv.pad, length);
    };
    for (int y = 0; y < std::min(conv.stride_x, conv.in.h); ++y)
      for (int x = 0; x < std::min(conv.stride_x, conv.in.w); ++x) {
        PhaseProduct& p = all[count++];
        p.row = phase(y, conv.in.h), p.column = phase(x, conv.in.w);
        p.k = p.row.taps * p.column.taps * conv.out.c;
        p.padded_k = round_up(p.k, tile.k);
        p.first_weight = weights;
        weights += std::int64_t{padded_filters} * p.padded_k;
      }
  }
  const PhaseProduct* begin() const { return all; }
  const PhaseProduct* end() const { return all + count; }
};

template <class T, class Shape>
struct ConvDataGradientMma : CudaKernelDefaults {
  using Op = ops::ConvDataGradient;
  using Arguments = MmaArguments<T, PhaseOutput<T>>;
  struct Prepared {
    PreparedLaunch<sizeof(Arguments)> phases[max_phases];
    int count;
  };
  static constexpr bool is_half = std::is_same_v<T, half>;
  static constexpr int minimum_sm = 80;
  static constexpr Precision precision = is_half ? Precision::fp16 : Precision::tf32;
  static constexpr bool depends_on_batch = true;  // by the number of splits
  static constexpr int chunk = chunk_bytes / sizeof(T);
  // As conv_mma's: an estimate, which ranks candidates.
  static constexpr double rate = (is_half ? 1024 : 512) * (Shape::m * Shape::n >= 16 ? .6 : .45);
  static constexpr ConvTile tile{Shape::rows, Shape::columns, row_bytes / int{sizeof(T)}, Shape::blocks,
                                 rate};
  static constexpr const char* name =
      Shape::rows == 64 ? (is_half ? "conv_data_gradient_fp16_64x64" : "conv_data_gradient_tf32_64x64")
                        : (is_half ? "conv_data_gradient_fp16_128x64" : "conv_data_gradient_tf32_128x64");

  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    constexpr int limit = 0x4000;  // coordinates are kept in 16 bits
    const ops::Conv& conv = op.conv;
    return conv.groups == 1 && conv.dilation == 1 && conv.stride_x == conv.stride_y &&
           conv.stride_x * conv.stride_y <= max_phases && conv.out.c % chunk == 0 && conv.out.h < limit &&
           conv.out.w < limit && conv.size < limit && out.type == (is_half ? Type::f16 : Type::f32) &&
           accepts_all(in, 1, out) && in[0].pixel % chunk == 0;
  }

  static std::int64_t tiles(const Op& op, const PhaseProduct& p, int batch) {
    return (p.pixels(batch) + tile.pixels - 1) / tile.pixels * ceil_div(op.conv.in.c, tile.filters);
  }
  // As many blocks for a tile's sum as fill the device.
  static int splits(const Op& op, const PhaseProduct& p, int batch, const Device& device) {
    const std::int64_t at_once = std::int64_t{device.multiprocessors} * tile.blocks_per_multiprocessor;
    const std::int64_t all = tiles(op, p, batch), most = std::clamp(p.padded_k / tile.k, 1, max_splits);
    return all * 4 <= workspace_zeros ? static_cast<int>(std::clamp<std::int64_t>(at_once / all, 1, most))
                                      : 1;
  }
  static double microseconds(const Op& op, const Tensor& out, const Device& device) {
    double cycles = 0;
    const PhaseProducts products(op.conv, tile);
    for (const PhaseProduct& p : products)
      cycles += double(tiles(op, p, out.batch)) * tile.pixels * tile.filters * p.padded_k / rate;
    return 2 * products.count + cycles / (device.multiprocessors * 1700.);
  }
  static std::int64_t workspace_bytes(const Op& op, const Tensor& out, const Device& device) {
    std::int64_t most = 0;
    for (const PhaseProduct& p : PhaseProducts(op.conv, tile))
      most = std::max(most,
                      split_workspace_bytes(tiles(op, p, out.batch), tile, splits(op, p, out.batch, device)));
    return most;
  }

  static std::int64_t packed_bytes(const Op& op) {
    return PhaseProducts(op.conv, tile).weights * std::int64_t{sizeof(T)};
  }
  static std::int64_t packed_floats(const Op&) { return 0; }
  static void pack(const Op& op, Weights arrays, void* packed) {
    using Element = std::conditional_t<is_half, std::uint16_t, Tf32>;
    const ops::Conv& conv = op.conv;
    const PhaseProducts products(conv, tile);
    auto* to = static_cast<Element*>(packed);
    std::fill_n(to, products.weights, Element{});
    for (const PhaseProduct& p : products)
      for (int filter = 0; filter < conv.in.c; ++filter)
        for (int k = 0; k < p.k; ++k)
          put_weight(to[p.first_weight + std::int64_t{filter} * p.padded_k + k],
                     arrays[0][weight_at(conv, p, filter, k)]);
  }

  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    const PhaseProducts products(op.conv, tile);
    prepared.count = 0;
    for (const PhaseProduct& p : products) {
      const Arguments a = arguments(op, call, p);
      const dim3 grid(ceil_div(a.g.pixels, tile.pixels), ceil_div(a.g.filters, tile.filters), a.g.splits);
      const Launch shape{
          .grid = grid, .block = dim3(Shape::threads), .shared_bytes = Shape::shared_bytes, .early = true};
      const Status status =
          prepared.phases[prepared.count++].prepare(conv_mma_kernel<T, Shape, PhaseOutput<T>>, shape, a);
      if (status != 0) return status;
    }
    return 0;
  }
  static Status launch(const Op&, const Call& call, const Prepared& prepared) {
    Status status = 0;
    for (int i = 0; i < prepared.count && status == 0; ++i) status = prepared.phases[i].start(call.stream);
    return status;
  }

 private:
  // Which weight of (channel, filter, tap) position k of a phase's sum is multiplied by: taps go backward.
  static std::int64_t weight_at(const ops::Conv& conv, const PhaseProduct& p, int filter, int k) {
    const int tap = k / conv.out.c, channel = k % conv.out.c;
    const int y = p.row.phase + (p.row.taps - 1 - tap / p.column.taps) * conv.stride_y;
    const int x = p.column.phase + (p.column.taps - 1 - tap % p.column.taps) * conv.stride_x;
    return ((std::int64_t{channel} * conv.in.c + filter) * conv.size + y) * conv.size + x;
  }

  static Arguments arguments(const Op& op, const Call& call, const PhaseProduct& p) {
    const Tensor &gradient = call.in[0], &out = call.out();
    Arguments a{};
    a.g = geometry(op, call, p);
    a.in = static_cast<const T*>(gradient.data);
    a.weights = call.packed_as<T>() + p.first_weight;
    a.padded_k = p.padded_k;
    a.output = {static_cast<T*>(out.data),
                out.pixel,
                op.conv.in.h,
                op.conv.in.w,
                p.row.first,
                p.column.first,
                op.conv.stride_x,
                a.g.by_plane,
                a.g.by_row,
                in_packs(out, 16 / int{sizeof(T)}) && aligned(out.data)};
    a.workspace = split_workspace(call.workspace);
    return a;
  }
  static ConvGeometry geometry(const Op& op, const Call& call, const PhaseProduct& p) {
    const Tensor& gradient = call.in[0];
    ConvGeometry g{};
    g.in_h = op.conv.out.h, g.in_w = op.conv.out.w, g.in_pixel = gradient.pixel;
    g.stride_x = g.stride_y = g.dilation = 1;
    g.pad_y = p.row.taps - 1 - p.row.in, g.pad_x = p.column.taps - 1 - p.column.in;
    g.channels = op.conv.out.c, g.filters = op.conv.in.c, g.groups = 1;
    g.pixels = static_cast<int>(p.pixels(gradient.batch));
    g.k = p.k;
    g.k_tiles = p.padded_k / tile.k;
    g.splits = splits(op, p, gradient.batch, call.device);
    g.by_plane = Divider(p.row.outputs * p.column.outputs);
    g.by_row = Divider(p.column.outputs);
    g.by_channels = Divider(g.channels);
    g.by_size = Divider(std::max(1, p.column.taps));
    return g;
  }
};

}  // namespace

const CudaKernel conv_data_gradient_fp16_128x64 = cuda_kernel<ConvDataGradientMma<half, TallTile>>();
const CudaKernel conv_data_gradient_fp16_64x64 = cuda_kernel<ConvDataGradientMma<half, SmallTile>>();
const CudaKernel conv_data_gradient_tf32_128x64 = cuda_kernel<ConvDataGradientMma<float, TallTile>>();
const CudaKernel conv_data_gradient_tf32_64x64 = cuda_kernel<ConvDataGradientMma<float, SmallTile>>();

}  // namespace nightjar::cuda
