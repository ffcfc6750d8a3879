// Gradients of a convolution's weights (weights_gradient.cuh) on the matrix units, in fp16 or tf32, summed in
// fp32.
//
// A step multiplies as many pixels as 128 bytes hold channels. Their channels and filters come as panels: a
// row a pixel, 128 bytes of one tap's neighbouring channels, or of filters. The sum runs over pixels, from
// row to row: both operands lie transposed to what mma takes, and ldmatrix turns halves on the way.
#include "kernels/cuda/conv/weights_gradient.cuh"

#include "kernels/cuda/conv/mma_tile.cuh"
#include "kernels/cuda/manifest.h"

namespace nightjar::cuda {
namespace {

// What a step's tiles are made of.
template <class T, class Shape>
struct Panels {
  static constexpr int size = sizeof(T), chunk = chunk_bytes / size;
  static constexpr int width = row_bytes / size;  // elements of a row
  static constexpr int pixels = width;            // rows, of a step
  static constexpr int bytes = pixels * row_bytes;
  static constexpr int of_picture = Shape::rows / width, of_gradient = Shape::columns / width;
  static_assert((of_picture + of_gradient) * bytes == Shape::stage_bytes);

  NIGHTJAR_DEVICE static Shared<T> picture(int stage) {
    return shared_memory<T>(stage * Shape::stage_bytes, of_picture * bytes / size);
  }
  NIGHTJAR_DEVICE static Shared<T> gradient(int stage) {
    return shared_memory<T>(stage * Shape::stage_bytes + of_picture * bytes, of_gradient * bytes / size);
  }
  // Where the chunk of `column`, of all panels, is in a row.
  NIGHTJAR_DEVICE static int place(int row, int column) {
    return (column / width * bytes + swizzled(row, column % width / chunk)) / size;
  }
};

// What a thread copies: the same chunk of every panel, of every `rows_a_pass`th row.
template <class T, class Shape>
struct PanelLoader {
  using P = Panels<T, Shape>;
  static constexpr int rows_a_pass = Shape::threads / chunks;

  ConvGeometry::Tap taps[P::of_picture];
  bool exist[P::of_picture];
  int first_channel, first_filter, filters;  // of all groups; filters: behind the last of this group

  NIGHTJAR_DEVICE static int own_row() { return static_cast<int>(threadIdx.x) / chunks; }
  NIGHTJAR_DEVICE static int own_column() { return static_cast<int>(threadIdx.x) % chunks * P::chunk; }

  NIGHTJAR_DEVICE PanelLoader(const ConvGeometry& g, int group, int first_k, int first_filter_of_group) {
#pragma unroll
    for (int p = 0; p < P::of_picture; ++p) {
      const int k = first_k + p * P::width + own_column();
      taps[p] = g.tap(k);
      exist[p] = k < g.k;
    }
    first_channel = group * g.channels;
    first_filter = group * g.filters + first_filter_of_group + own_column();
    filters = (group + 1) * g.filters;
  }

  NIGHTJAR_DEVICE void load(const WeightsGradientArguments<T>& a, int step, int stage) const {
    const ConvGeometry& g = a.g;
    const Shared<T> picture = P::picture(stage), gradient = P::gradient(stage);
#pragma unroll
    for (int i = 0; i < P::pixels / rows_a_pass; ++i) {
      const int row = own_row() + i * rows_a_pass, pixel = step * P::pixels + row;
      const bool is_pixel = pixel < g.pixels;
      const ConvGeometry::Window window = g.window(pixel);
#pragma unroll
      for (int p = 0; p < P::of_picture; ++p) {
        const int y = window.y + taps[p].y, x = window.x + taps[p].x;
        const bool inside = is_pixel && exist[p] && y >= 0 && y < g.in_h && x >= 0 && x < g.in_w;
        const int cell = inside ? (window.image * g.in_h + y) * g.in_w + x : 0;
        cp_async16(picture + P::place(row, p * P::width + own_column()),
                   a.image.at(cell, inside ? first_channel + taps[p].channel : 0), inside);
      }
#pragma unroll
      for (int p = 0; p < P::of_gradient; ++p) {
        const int filter = first_filter + p * P::width;
        const bool inside = is_pixel && filter < filters;
        cp_async16(gradient + P::place(row, p * P::width + own_column()),
                   a.gradient.at(inside ? pixel : 0, inside ? filter : 0), inside);
      }
    }
  }
};

// Operands of mma whose sum runs from row `first` on, of 16 rows of halves: a, 16 columns (of k); b, of 8
// columns (filters) and of the next 8.
template <class P>
NIGHTJAR_DEVICE void load_a(std::uint32_t (&a)[4], Shared<const half> picture, int first, int column,
                            int lane) {
  const LaneRow own = b_row(lane);  // turned, a's rows lie as b's columns do
  ldmatrix_x4_turned(a, picture + P::place(first + own.row, column + own.chunk * P::chunk));
}
template <class P>
NIGHTJAR_DEVICE void load_b(std::uint32_t (&b)[2], std::uint32_t (&next)[2], Shared<const half> gradient,
                            int first, int column, int lane) {
  const LaneRow own = a_row(lane);
  std::uint32_t both[4];
  ldmatrix_x4_turned(both, gradient + P::place(first + own.row, column + own.chunk * P::chunk));
  b[0] = both[0], b[1] = both[1], next[0] = both[2], next[1] = both[3];
}

// The same of 8 rows of tf32, which no instruction turns: one after the other.
template <class P>
NIGHTJAR_DEVICE std::uint32_t tf32_at(Shared<const float> panels, int row, int column) {
  const float value = panels[P::place(row, column) + column % P::chunk];
  return round_tf32(__float_as_uint(value));
}
template <class P>
NIGHTJAR_DEVICE void load_a(std::uint32_t (&a)[4], Shared<const float> picture, int first, int column,
                            int lane) {
#pragma unroll
  for (int r = 0; r < 4; ++r)
    a[r] = tf32_at<P>(picture, first + lane % 4 + r / 2 * 4, column + lane / 4 + r % 2 * 8);
}
template <class P>
NIGHTJAR_DEVICE void load_b(std::uint32_t (&b)[2], std::uint32_t (&next)[2], Shared<const float> gradient,
                            int first, int column, int lane) {
#pragma unroll
  for (int r = 0; r < 2; ++r) {
    b[r] = tf32_at<P>(gradient, first + lane % 4 + r * 4, column + lane / 4);
    next[r] = tf32_at<P>(gradient, first + lane % 4 + r * 4, column + lane / 4 + 8);
  }
}

template <class T, class Shape>
NIGHTJAR_DEVICE void multiply_panels(Sums<Shape>& sums, int stage, int lane, int warp_m, int warp_n) {
  using P = Panels<T, Shape>;
  constexpr int rows = step_chunks * P::chunk;  // of one mma
  const Shared<const T> picture = P::picture(stage), gradient = P::gradient(stage);
#pragma unroll 2  // as in multiply_stage
  for (int first = 0; first < P::pixels; first += rows) {
    std::uint32_t b[Shape::n][2];
#pragma unroll
    for (int j = 0; j < Shape::n; j += 2)
      load_b<P>(b[j], b[j + 1], gradient, first, (warp_n * Shape::n + j) * 8, lane);
#pragma unroll
    for (int i = 0; i < Shape::m; ++i) {
      std::uint32_t a[4];
      load_a<P>(a, picture, first, (warp_m * Shape::m + i) * 16, lane);
#pragma unroll
      for (int j = 0; j < Shape::n; ++j) mma<T>(sums.d[i][j], a, b[j]);
    }
  }
}

template <class T, class Shape>
__global__ void __launch_bounds__(Shape::threads, Shape::blocks)
    conv_weights_gradient_mma_kernel(const WeightsGradientArguments<T> a) {
  constexpr int step_pixels = Panels<T, Shape>::pixels;
  const ConvGeometry& g = a.g;
  const int first_k = static_cast<int>(blockIdx.x) * Shape::rows;
  const int first_filter = static_cast<int>(blockIdx.y) * Shape::columns;
  const int group = static_cast<int>(blockIdx.z) / g.splits, split = static_cast<int>(blockIdx.z) % g.splits;
  const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
  const int warp_m = warp % Shape::warps_m, warp_n = warp / Shape::warps_m;

  const PanelLoader<T, Shape> loader(g, group, first_k, first_filter);
  Sums<Shape> sums;
  run_pipeline<Shape>(
      a.first_step(split, step_pixels), a.first_step(split + 1, step_pixels),
      [&](int step, int stage) { loader.load(a, step, stage); },
      [&](int stage) { multiply_panels<T>(sums, stage, lane, warp_m, warp_n); });

  const Shared<float> tile = shared_memory<float>(0, Shape::rows * tile_stride(Shape::columns));
  store_sums(sums, tile, lane, warp_m, warp_n);
  __syncthreads();
  if (!meet<Shape>(a.workspace, tile, group, split, g.splits)) return;
  add_tile<Shape::rows, Shape::columns, Shape::threads>(a, tile, group, first_k, first_filter);
}

template <class T, class Shape>
struct ConvWeightsGradientMma : OneLaunch<WeightsGradientArguments<T>> {
  using Op = ops::ConvWeightsGradient;
  static constexpr bool is_half = std::is_same_v<T, half>;
  static constexpr int minimum_sm = 80;
  static constexpr Precision precision = is_half ? Precision::fp16 : Precision::tf32;
  static constexpr bool depends_on_batch = true;
  static constexpr int chunk = Panels<T, Shape>::chunk;
  // As conv_mma's: an estimate, which ranks candidates.
  static constexpr double rate = (is_half ? 1024 : 512) * (Shape::m * Shape::n >= 16 ? .6 : .45);
  static constexpr ConvTile tile{Shape::rows, Shape::columns, Panels<T, Shape>::pixels, Shape::blocks, rate};
  static constexpr const char* name =
      Shape::rows == 64
          ? (is_half ? "conv_weights_gradient_fp16_64x64" : "conv_weights_gradient_tf32_64x64")
          : (is_half ? "conv_weights_gradient_fp16_128x64" : "conv_weights_gradient_tf32_128x64");

  static WeightsProduct product(const Op& op) { return {op.conv, tile, chunk}; }
  // Chunks of channels and filters must begin at whole chunks; of what lies behind the last one of a pixel
  // only results are made that nobody keeps.
  static bool accepts(const Op& op, const Tensor* in, const Tensor* outs) {
    const ops::Conv& conv = op.conv;
    const bool whole =
        conv.groups == 1 || (conv.in.c / conv.groups % chunk == 0 && conv.out.c / conv.groups % chunk == 0);
    return whole && accepts_operands(op, in, outs) && in[0].type == (is_half ? Type::f16 : Type::f32) &&
           in[0].pixel % chunk == 0 && in[1].pixel % chunk == 0;
  }
  static double microseconds(const Op& op, const Tensor&, const Device& device) {
    return product(op).microseconds(device);
  }
  static std::int64_t workspace_bytes(const Op& op, const Tensor&, const Device& device) {
    return product(op).workspace_bytes(device);
  }
  static Status prepare(const Op& op, const Call& call, typename ConvWeightsGradientMma::Prepared& prepared) {
    const Launch shape{product(op).grid(call.device), dim3(Shape::threads), Shape::shared_bytes};
    return prepared.prepare(conv_weights_gradient_mma_kernel<T, Shape>, shape,
                            product(op).template arguments<T>(call));
  }
};

}  // namespace

const CudaKernel conv_weights_gradient_fp16_128x64 = cuda_kernel<ConvWeightsGradientMma<half, TallTile>>();
const CudaKernel conv_weights_gradient_fp16_64x64 = cuda_kernel<ConvWeightsGradientMma<half, SmallTile>>();
const CudaKernel conv_weights_gradient_tf32_128x64 = cuda_kernel<ConvWeightsGradientMma<float, TallTile>>();
const CudaKernel conv_weights_gradient_tf32_64x64 = cuda_kernel<ConvWeightsGradientMma<float, SmallTile>>();

}  // namespace nightjar::cuda
