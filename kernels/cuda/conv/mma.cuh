// The matrix product of a convolution on the matrix units ("tensor cores") of any device since sm_80, in fp16
// or tf32: an implicit one (geometry.h) with mma.sync, fed by a pipeline of asynchronous copies
// ("multistage").
//
// A step multiplies tiles of 128 bytes along k (64 halves or 32 floats): pixels x k of the picture, filters x
// k of the weights. Every 16-byte chunk of the picture belongs to one tap, so that it is one copy, or zeros
// outside the image. Several steps are on their way while one is multiplied. Small grids are cut along the
// sum (split_k.cuh).
#pragma once

#include "kernels/cuda/conv/mma_tile.cuh"

namespace nightjar::cuda {

// `Output` says what becomes of a tile of sums: store_tile() takes it.
template <class T, class Output>
struct MmaArguments {
  ConvGeometry g;
  Global<const T> in, weights;
  int padded_k, group_elements;
  Output output;
  SplitWorkspace workspace;
};

// The rows of the picture's tile that a thread copies: every `rows_a_pass`th, the same chunk of each.
template <class T, class Shape>
struct Loader {
  static constexpr int chunk = chunk_bytes / sizeof(T), tile_k = row_bytes / sizeof(T);
  static constexpr int rows_a_pass = Shape::threads / chunks;
  static constexpr int picture_rows = Shape::rows / rows_a_pass, weight_rows = Shape::columns / rows_a_pass;

  int base[picture_rows];    // element of the window's corner, which may lie outside the image
  int corner[picture_rows];  // its y and x, 16 bits each
  int weights;               // element of the first row's chunk

  NIGHTJAR_DEVICE static int own_row() { return static_cast<int>(threadIdx.x) / chunks; }
  NIGHTJAR_DEVICE static int own_chunk() { return static_cast<int>(threadIdx.x) % chunks; }

  template <class Arguments>
  NIGHTJAR_DEVICE Loader(const Arguments& a, int first_pixel, int first_filter, int group) {
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

  template <class Arguments>
  NIGHTJAR_DEVICE void load(const Arguments& a, int step, int stage) const {
    const int k = step * tile_k + own_chunk() * chunk;
    const ConvGeometry::Tap tap = a.g.tap(k);
    const int tap_offset = (tap.y * a.g.in_w + tap.x) * a.g.in_pixel + tap.channel;
    const Shared<T> picture = shared_memory<T>(stage * Shape::stage_bytes, Shape::rows * tile_k);
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
        shared_memory<T>(stage * Shape::stage_bytes + Shape::rows * row_bytes, Shape::columns * tile_k);
#pragma unroll
    for (int i = 0; i < weight_rows; ++i) {
      const int row = own_row() + i * rows_a_pass;
      const Global<const T> from = a.weights + (weights + i * rows_a_pass * a.padded_k + step * tile_k);
      cp_async16(filters + swizzled(row, own_chunk()) / static_cast<int>(sizeof(T)), from, true);
    }
  }
};

template <class T, class Shape>
NIGHTJAR_DEVICE void multiply_stage(Sums<Shape>& sums, int stage, int lane, int warp_m, int warp_n) {
  constexpr int tile_k = row_bytes / sizeof(T), size = sizeof(T);
  const Shared<const T> picture = shared_memory<T>(stage * Shape::stage_bytes, Shape::rows * tile_k);
  const Shared<const T> filters =
      shared_memory<T>(stage * Shape::stage_bytes + Shape::rows * row_bytes, Shape::columns * tile_k);
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

template <class T, class Shape, class Output>
__global__ void __launch_bounds__(Shape::threads, Shape::blocks)
    conv_mma_kernel(const MmaArguments<T, Output> a) {
  const ConvGeometry& g = a.g;
  const int first_pixel = static_cast<int>(blockIdx.x) * Shape::rows;
  const int first_filter = static_cast<int>(blockIdx.y) * Shape::columns;
  const int group = static_cast<int>(blockIdx.z) / g.splits, split = static_cast<int>(blockIdx.z) % g.splits;
  const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
  const int warp_m = warp % Shape::warps_m, warp_n = warp / Shape::warps_m;

  const Loader<T, Shape> loader(a, first_pixel, first_filter, group);
  let_next_grid_start();
  wait_for_previous_grid();
  Sums<Shape> sums;
  run_pipeline<Shape>(
      g.first_step(split), g.first_step(split + 1), [&](int step, int stage) { loader.load(a, step, stage); },
      [&](int stage) { multiply_stage<T>(sums, stage, lane, warp_m, warp_n); });

  const Shared<float> tile = shared_memory<float>(0, Shape::rows * tile_stride(Shape::columns));
  store_sums(sums, tile, lane, warp_m, warp_n);
  __syncthreads();
  if (!meet<Shape>(a.workspace, tile, group, split, g.splits)) return;
  store_tile<Shape::rows, Shape::columns, Shape::threads>(
      a.output, tile, first_pixel, g.pixels, group * g.filters + first_filter, g.filters - first_filter);
}

}  // namespace nightjar::cuda
