// Convolution on the matrix units ("tensor cores") of any device since sm_80, in fp16 or tf32: an implicit
// matrix product (geometry.h) with mma.sync, fed by a pipeline of asynchronous copies ("multistage").
//
// A step multiplies tiles of 128 bytes along k (64 halves or 32 floats): pixels x k of the picture, filters x
// k of the weights. Every 16-byte chunk of the picture belongs to one tap, so that it is one copy, or zeros
// outside the image. Several steps are on their way while one is multiplied. Small grids are cut along the
// sum (split_k.cuh).
#include "kernels/cuda/conv/epilogue.cuh"
#include "kernels/cuda/conv/matrix_weights.h"
#include "kernels/cuda/conv/mma_index.h"
#include "kernels/cuda/conv/split_k.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/cuda/ptx.cuh"

namespace nightjar::cuda {
namespace {

using namespace mma_index;

constexpr int max_splits = 16;

// A block's tile, and how its warps share it. Names are pixels x filters.
template <int pixels_, int filters_, int warps_along_pixels, int warps_along_filters>
struct Tile {
  static constexpr int pixels = pixels_, filters = filters_;
  static constexpr int warps_m = warps_along_pixels, warps_n = warps_along_filters;
  static constexpr int threads = 32 * warps_m * warps_n;
  static constexpr int m = pixels / warps_m / 16;  // fragments of a warp: 16 pixels each,
  static constexpr int n = filters / warps_n / 8;  // 8 filters each
  static constexpr int stage_bytes = (pixels + filters) * row_bytes;
  // 96 KiB leave room for two blocks in the 228 KiB of an sm_90, and for one in the 100 KiB of an sm_86.
  static constexpr int stages = (96 << 10) / stage_bytes < 4 ? (96 << 10) / stage_bytes : 4;
  static constexpr int pipeline_bytes = stages * stage_bytes;
  static constexpr int sums_bytes = tile_bytes(pixels, filters);  // takes the pipeline's place at the end
  static constexpr int flag_offset = pipeline_bytes > sums_bytes ? pipeline_bytes : sums_bytes;
  static constexpr int shared_bytes = flag_offset + 16;
  static constexpr int blocks =
      threads == 256 ? 2 : 3;  // a multiprocessor, by registers: 128 or 168 a thread
  static_assert(n % 2 == 0, "ldmatrix brings the operands of 16 filters");
};

template <class T>
struct MmaArguments {
  ConvGeometry g;
  Global<const T> in, weights;
  int padded_k, group_elements;
  ConvOutput<T> output;
  SplitWorkspace workspace;
};

// The rows of the picture's tile that a thread copies: every `rows_a_pass`th, the same chunk of each.
template <class T, class Shape>
struct Loader {
  static constexpr int chunk = chunk_bytes / sizeof(T), tile_k = row_bytes / sizeof(T);
  static constexpr int rows_a_pass = Shape::threads / chunks;
  static constexpr int picture_rows = Shape::pixels / rows_a_pass, weight_rows = Shape::filters / rows_a_pass;

  int base[picture_rows];    // element of the window's corner, which may lie outside the image
  int corner[picture_rows];  // its y and x, 16 bits each
  int weights;               // element of the first row's chunk

  NIGHTJAR_DEVICE static int own_row() { return static_cast<int>(threadIdx.x) / chunks; }
  NIGHTJAR_DEVICE static int own_chunk() { return static_cast<int>(threadIdx.x) % chunks; }

  NIGHTJAR_DEVICE Loader(const MmaArguments<T>& a, int first_pixel, int first_filter, int group) {
#pragma unroll
    for (int i = 0; i < picture_rows; ++i) {
      const int pixel = first_pixel + own_row() + i * rows_a_pass;
      const ConvGeometry::Window w = a.g.window(pixel);
      base[i] = ((w.image * a.g.in_h + w.y) * a.g.in_w + w.x) * a.g.in_pixel + group * a.g.channels;
      // Rows beyond the last pixel look far above the image, where everything is zero.
      corner[i] =
          static_cast<int>(static_cast<unsigned>(pixel < a.g.pixels ? w.y : -0x8000) << 16) | (w.x & 0xffff);
    }
    weights = group * a.group_elements + (first_filter + own_row()) * a.padded_k + own_chunk() * chunk;
  }

  NIGHTJAR_DEVICE void load(const MmaArguments<T>& a, int step, int stage) const {
    const int k = step * tile_k + own_chunk() * chunk;
    const ConvGeometry::Tap tap = a.g.tap(k);
    const int tap_offset = (tap.y * a.g.in_w + tap.x) * a.g.in_pixel + tap.channel;
    const Shared<T> picture = shared_memory<T>(stage * Shape::stage_bytes, Shape::pixels * tile_k);
#pragma unroll
    for (int i = 0; i < picture_rows; ++i) {
      const int row = own_row() + i * rows_a_pass;
      const int y = (corner[i] >> 16) + tap.y,
                x = static_cast<int>(static_cast<short>(corner[i] & 0xffff)) + tap.x;
      const bool inside = k < a.g.k && y >= 0 && y < a.g.in_h && x >= 0 && x < a.g.in_w;
      const Global<const T> from = a.in + (inside ? base[i] + tap_offset : 0);
      cp_async16(picture + swizzled(row, own_chunk()) / static_cast<int>(sizeof(T)), from, inside);
    }
    const Shared<T> filters =
        shared_memory<T>(stage * Shape::stage_bytes + Shape::pixels * row_bytes, Shape::filters * tile_k);
#pragma unroll
    for (int i = 0; i < weight_rows; ++i) {
      const int row = own_row() + i * rows_a_pass;
      const Global<const T> from = a.weights + (weights + i * rows_a_pass * a.padded_k + step * tile_k);
      cp_async16(filters + swizzled(row, own_chunk()) / static_cast<int>(sizeof(T)), from, true);
    }
  }
};

template <class Shape>
struct Sums {
  float d[Shape::m][Shape::n][4] = {};
};

template <class T, class Shape>
NIGHTJAR_DEVICE void multiply_stage(Sums<Shape>& sums, int stage, int lane, int warp_m, int warp_n) {
  constexpr int tile_k = row_bytes / sizeof(T), size = sizeof(T);
  const Shared<const T> picture = shared_memory<T>(stage * Shape::stage_bytes, Shape::pixels * tile_k);
  const Shared<const T> filters =
      shared_memory<T>(stage * Shape::stage_bytes + Shape::pixels * row_bytes, Shape::filters * tile_k);
  const LaneRow a_lane = a_row(lane), b_lane = b_row(lane);
#pragma unroll 2  // all four would keep their addresses in registers that a 64 x 32 warp tile does not have
  for (int chunk = 0; chunk < chunks; chunk += step_chunks) {
    // The weights' operands stay, the picture's come one fragment after the other: of the two the smaller
    // set, or a 64 x 32 warp tile does not fit 128 registers.
    std::uint32_t b[Shape::n][2];
#pragma unroll
    for (int j = 0; j < Shape::n; j += 2) {
      std::uint32_t both[4];
      const int row = (warp_n * Shape::n + j) * 8 + b_lane.row;
      ldmatrix_x4(both, filters + swizzled(row, chunk + b_lane.chunk) / size);
      b[j][0] = both[0], b[j][1] = both[1], b[j + 1][0] = both[2], b[j + 1][1] = both[3];
    }
#pragma unroll
    for (int i = 0; i < Shape::m; ++i) {
      std::uint32_t a[4];
      const int row = (warp_m * Shape::m + i) * 16 + a_lane.row;
      ldmatrix_x4(a, picture + swizzled(row, chunk + a_lane.chunk) / size);
      if constexpr (std::is_same_v<T, float>) {
#pragma unroll
        for (int r = 0; r < 4; ++r) a[r] = round_tf32(a[r]);
      }
#pragma unroll
      for (int j = 0; j < Shape::n; ++j) mma<T>(sums.d[i][j], a, b[j]);
    }
  }
}

template <class Shape>
NIGHTJAR_DEVICE void store_sums(const Sums<Shape>& sums, Shared<float> tile, int lane, int warp_m,
                                int warp_n) {
#pragma unroll
  for (int i = 0; i < Shape::m; ++i) {
#pragma unroll
    for (int j = 0; j < Shape::n; ++j) {
#pragma unroll
      for (int r = 0; r < 4; r += 2) {
        const int row = (warp_m * Shape::m + i) * 16 + d_row(lane, r);
        const int column = (warp_n * Shape::n + j) * 8 + d_column(lane);
        store<2>(tile + (row * tile_stride(Shape::filters) + column),
                 Pack<float, 2>{{sums.d[i][j][r], sums.d[i][j][r + 1]}});
      }
    }
  }
}

template <class T, class Shape>
__global__ void __launch_bounds__(Shape::threads, Shape::blocks) conv_mma_kernel(const MmaArguments<T> a) {
  const ConvGeometry& g = a.g;
  const int first_pixel = static_cast<int>(blockIdx.x) * Shape::pixels;
  const int first_filter = static_cast<int>(blockIdx.y) * Shape::filters;
  const int group = static_cast<int>(blockIdx.z) / g.splits, split = static_cast<int>(blockIdx.z) % g.splits;
  const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
  const int warp_m = warp % Shape::warps_m, warp_n = warp / Shape::warps_m;

  const Loader<T, Shape> loader(a, first_pixel, first_filter, group);
  let_next_grid_start();
  wait_for_previous_grid();
  const int begin = g.first_step(split), end = g.first_step(split + 1);
#pragma unroll
  for (int ahead = 0; ahead < Shape::stages - 1; ++ahead) {
    if (begin + ahead < end) loader.load(a, begin + ahead, ahead);
    cp_async_commit();  // empty groups too, so that waiting always counts the same
  }
  Sums<Shape> sums;
  int stage = 0;
  for (int step = begin; step < end; ++step) {
    cp_async_wait<Shape::stages - 2>();
    __syncthreads();  // this step is complete for all, and all have finished the stage that is overwritten
                      // next
    const int ahead = step + Shape::stages - 1;
    if (ahead < end) loader.load(a, ahead, stage == 0 ? Shape::stages - 1 : stage - 1);
    cp_async_commit();
    multiply_stage<T>(sums, stage, lane, warp_m, warp_n);
    stage = stage + 1 == Shape::stages ? 0 : stage + 1;
  }
  cp_async_wait<0>();
  __syncthreads();

  const Shared<float> tile = shared_memory<float>(0, Shape::pixels * tile_stride(Shape::filters));
  store_sums(sums, tile, lane, warp_m, warp_n);
  __syncthreads();
  const Shared<int> flag = shared_memory<int>(Shape::flag_offset, 1);
  const int number =
      (group * static_cast<int>(gridDim.y) + static_cast<int>(blockIdx.y)) * static_cast<int>(gridDim.x) +
      static_cast<int>(blockIdx.x);
  if (!reduce_splits<Shape::pixels, Shape::filters, Shape::threads>(a.workspace, tile, flag, number, split,
                                                                    g.splits))
    return;
  store_tile<Shape::pixels, Shape::filters, Shape::threads>(
      a.output, tile, first_pixel, g.pixels, group * g.filters + first_filter, g.filters - first_filter);
}

template <class T, class Shape>
struct ConvMma : OneLaunch<MmaArguments<T>> {
  using Op = ops::Conv;
  static constexpr bool is_half = std::is_same_v<T, half>;
  static constexpr int minimum_sm = 80;
  static constexpr Precision precision = is_half ? Precision::fp16 : Precision::tf32;
  static constexpr bool depends_on_batch = true;  // by the number of splits
  static constexpr Type type = is_half ? Type::f16 : Type::f32;
  static constexpr int chunk = chunk_bytes / sizeof(T);
  // Dense mma.sync on sm_80..90: 1024 fp16 multiply-adds a cycle and multiprocessor, 512 in tf32, of which
  // wide tiles should see about 60 %, narrower ones less as they read more for each: estimates, which rank
  // candidates.
  static constexpr double rate = (is_half ? 1024 : 512) * (Shape::m * Shape::n >= 16 ? .6 : .45);
  static constexpr ConvTile tile{Shape::pixels, Shape::filters, row_bytes / int{sizeof(T)}, Shape::blocks,
                                 rate};
  static constexpr const char* name =
      Shape::pixels == 64    ? (is_half ? "conv_mma_fp16_64x64" : "conv_mma_tf32_64x64")
      : Shape::filters == 64 ? (is_half ? "conv_mma_fp16_128x64" : "conv_mma_tf32_128x64")
                             : (is_half ? "conv_mma_fp16_128x128" : "conv_mma_tf32_128x128");

  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    constexpr int limit = 0x4000;  // coordinates are kept in 16 bits
    return out.type == type && accepts_all(in, op.residual ? 2 : 1, out) &&
           op.in.c / op.groups % chunk == 0 && in[0].pixel % chunk == 0 && op.in.h < limit &&
           op.in.w < limit && op.pad < limit;
  }
  static ConvSchedule schedule(const Op& op, const Tensor& out, const Device& device) {
    return conv_schedule(op, out.batch, sizeof(T), tile, max_splits, device);
  }
  static double microseconds(const Op& op, const Tensor& out, const Device& device) {
    return schedule(op, out, device).microseconds;
  }
  static std::int64_t workspace_bytes(const Op& op, const Tensor& out, const Device& device) {
    return split_workspace_bytes(conv_tiles(op, out.batch, tile), tile, schedule(op, out, device).splits);
  }
  static std::int64_t packed_bytes(const Op& op) {
    return packed_weights(op, tile).bytes(op.groups, sizeof(T));
  }
  static void pack(const Op& op, Weights arrays, void* packed) {
    pack_matrix_weights<precision>(op, packed_weights(op, tile), arrays, packed, std::identity{},
                                   std::identity{});
  }
  static Status prepare(const Op& op, const Call& call, typename ConvMma::Prepared& prepared) {
    const Tensor& in = call.in[0];
    const int splits = schedule(op, call.out(), call.device).splits;
    const PackedWeights p = packed_weights(op, tile);
    MmaArguments<T> a{};
    a.g = conv_geometry(op, in, call.out(), tile, splits);
    a.in = static_cast<const T*>(in.data);
    a.weights = p.weights<T>(call.packed);
    a.padded_k = p.padded_k;
    a.group_elements = static_cast<int>(p.group_elements);
    a.output = conv_output<T>(op, call);
    a.workspace = split_workspace(call.workspace);
    const dim3 grid(ceil_div(a.g.pixels, tile.pixels), ceil_div(a.g.filters, tile.filters),
                    op.groups * splits);
    return prepared.prepare(
        conv_mma_kernel<T, Shape>,
        {.grid = grid, .block = dim3(Shape::threads), .shared_bytes = Shape::shared_bytes, .early = true}, a);
  }
};

}  // namespace

// 64 x 32 sums a warp: 64 registers, and 6 ldmatrix for 16 mma.
using Wide = Tile<128, 128, 2, 4>;
using Tall = Tile<128, 64, 2, 2>;
// For small grids and few filters.
using Small = Tile<64, 64, 2, 2>;

const CudaKernel conv_mma_fp16_128x128 = cuda_kernel<ConvMma<half, Wide>>();
const CudaKernel conv_mma_fp16_128x64 = cuda_kernel<ConvMma<half, Tall>>();
const CudaKernel conv_mma_fp16_64x64 = cuda_kernel<ConvMma<half, Small>>();
const CudaKernel conv_mma_tf32_128x128 = cuda_kernel<ConvMma<float, Wide>>();
const CudaKernel conv_mma_tf32_128x64 = cuda_kernel<ConvMma<float, Tall>>();
const CudaKernel conv_mma_tf32_64x64 = cuda_kernel<ConvMma<float, Small>>();

}  // namespace nightjar::cuda
