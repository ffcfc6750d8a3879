// Convolution with Hopper's own instructions for small grids: blocks of one small tile each, several on a
// multiprocessor, so that one multiplies while another fills its pipeline, stores, or belongs to the kernel
// after this one. Where there are fewer tiles than multiprocessors, several blocks share the sum of a tile:
// each leaves its part in memory, which the second-level cache (L2) keeps, and the last to arrive adds them
// all up, in the order of the splits. (Blocks of a cluster, which read each other's shared memory, lost to
// that: on an H100 they cost 3 to 5 us a layer, most of it in starting and waiting for each other.)
//
// Sums leave straight from registers, or through shared memory where activation or strides ask for it.
#include <algorithm>
#include <cmath>

#include "kernels/cuda/conv/wgmma.cuh"
#include "kernels/cuda/manifest.h"

namespace nightjar::cuda {
namespace {

// A warpgroup for every 64 pixels, and a warp that copies.
template <int pixels, int filters>
struct Tile : WgmmaPipeline<WgmmaTile<pixels, filters, pixels / 64>, 112 << 10, 8> {
  static constexpr int threads = Tile::consumer_threads + 32;
  static constexpr int blocks = 2;  // in a multiprocessor's 227 KiB
  static_assert(tile_bytes(pixels, filters) <= Tile::barriers_offset, "the sums take the stages' place");
};

#if NIGHTJAR_HAS_WGMMA

// A warpgroup's sums into the tile, filters in their order.
template <class Shape>
NIGHTJAR_DEVICE void share_sums(const Sums<Shape>& sums, Shared<float> tile, int warpgroup) {
  const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32 % 4;
#pragma unroll
  for (int m = 0; m < Shape::products; ++m) {
#pragma unroll
    for (int j = 0; j < Shape::sums; j += 2) {
      // Sums 16n + 4p + 2r and the next are filters 32n + 2p + {0, 1} of the lane's, of its row r.
      const int n = j / 16, p = j % 16 / 4, r = j % 4 / 2;
      const int row = warpgroup * Shape::group_pixels + m * 64 + warp * 16 + lane / 4 + 8 * r;
      const int column = n * wgmma_index::dealt_filters + wgmma_index::first_filter_of(lane) + 2 * p;
      store<2>(tile + (row * tile_stride(Shape::filters) + column),
               Pack<float, 2>{{sums[m][j], sums[m][j + 1]}});
    }
  }
}

// Leaves a part of a tile's sums. True for the block that goes on, the last to arrive, with the sum of all
// parts.
template <class T, class Shape>
NIGHTJAR_DEVICE bool add_splits(const WgmmaArguments<T>& a, Sums<Shape>& sums, int tile, int split,
                                int warpgroup) {
  constexpr int size = Shape::consumers * group_sums<Shape>;
  const int thread = static_cast<int>(threadIdx.x), splits = a.g.splits;
  const Global<float> parts =
      a.left + (tile * splits * size + warpgroup * group_sums<Shape> + thread % 128 * 4);
  put_sums<Shape>(parts + split * size, sums);
  sync_first<Shape::consumer_threads>();
  const Shared<int> last = shared_memory<int>(Shape::barriers_offset + 2 * Shape::stages * 8, 1);
  if (thread == 0) {
    *last = take_ticket(a.arrived + tile) == static_cast<unsigned>(splits - 1);
    if (*last) a.arrived[tile] = 0u;  // as the next launch needs it
  }
  sync_first<Shape::consumer_threads>();
  if (*last == 0) return false;
#pragma unroll
  for (int i = 0; i < Shape::sums; ++i) sums[0][i] = 0.f;
  for (int s = 0; s < splits; ++s) add_sums<Shape>(parts + s * size, sums);
  return true;
}

// Through shared memory, for activations and strides that are not for registers. Every copy has been waited
// for and every product is done: the stages are free.
template <class T, class Shape>
NIGHTJAR_DEVICE void store_shared(const WgmmaArguments<T>& a, const Sums<Shape>& sums, int warpgroup,
                                  const Place& place) {
  const Shared<float> tile = shared_memory<float>(0, Shape::pixels * tile_stride(Shape::filters));
  sync_first<Shape::consumer_threads>();
  share_sums<Shape>(sums, tile, warpgroup);
  sync_first<Shape::consumer_threads>();
  store_tile<Shape::pixels, Shape::filters, Shape::consumer_threads>(
      a.output, tile, place.pixel, a.g.pixels, place.filter, a.g.filters - place.filter);
}

#endif

// A block's share of its tile.
struct OneSegment {
  Segment segment;
  bool handed_out = false;
  template <class T>
  NIGHTJAR_DEVICE bool next(const WgmmaArguments<T>&, Segment& s) {
    s = segment;
    const bool first = !handed_out;
    handed_out = true;
    return first;
  }
};

template <class T, class Shape>
__global__ void __launch_bounds__(Shape::threads, Shape::blocks)
    conv_wgmma_kernel(const __grid_constant__ WgmmaArguments<T> a) {
#if NIGHTJAR_HAS_WGMMA
  const int warpgroup = static_cast<int>(threadIdx.x) / 128;
  const int tile = static_cast<int>(blockIdx.x), split = static_cast<int>(blockIdx.y);
  const Barriers barriers = make_barriers(
      shared_memory<std::uint64_t>(Shape::barriers_offset, Shape::barriers), Shape::stages, Shape::consumers);
  let_next_grid_start();
  const int begin = a.g.first_step(split), end = a.g.first_step(split + 1);
  if (warpgroup == Shape::consumers) {
    if (threadIdx.x == Shape::consumer_threads)
      produce<T, Shape>(a, barriers, OneSegment{{tile, begin, end}});
    return;
  }
  wait_for_previous_grid();
  Ring<Shape::stages> ring;
  Sums<Shape> sums = {};
  multiply_stages<T, Shape>(sums, barriers, ring, warpgroup * Shape::group_pixels, end - begin, [] {});
  if (a.g.splits > 1 && !add_splits<T, Shape>(a, sums, tile, split, warpgroup)) return;
  const Place place = place_of<Shape>(a, tile);
  const int first_pixel = place.pixel + warpgroup * Shape::group_pixels;
  if (a.from_registers) {
    with_activation(a, [&](auto activation) {
      store_registers<T, Shape>(a, sums, first_pixel, place.filter, activation);
    });
  } else {
    store_shared<T, Shape>(a, sums, warpgroup, place);
  }
#endif
}

template <class T, int pixels, int splits>
struct ConvWgmma : WgmmaConv<T, Tile<pixels, 64>> {
  using Shape = Tile<pixels, 64>;
  using Base = WgmmaConv<T, Shape>;
  using Op = ops::Conv;
  using Base::tile;
  // A block that shares its tile pays for that, and the last one for each that it adds.
  static constexpr WgmmaCost cost = pixels == 128
                                        ? WgmmaCost{1.8, .297, splits > 1 ? 2.7 + .09 * splits : .96}
                                        : WgmmaCost{1.7, .194, splits > 1 ? 1.76 + .04 * splits : .75};
  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    const bool has_tickets = splits == 1 || conv_tiles(op, out.batch, tile) * 4 <= workspace_zeros;
    return Base::accepts_any(op, in, out) && splits <= Base::steps(op) && has_tickets;
  }
  static double microseconds(const Op& op, const Tensor& out, const Device& device) {
    const double blocks =
        std::ceil(double(conv_tiles(op, out.batch, tile)) * splits / device.multiprocessors);
    return std::max(cost.microseconds(blocks, ceil_div(Base::steps(op), splits)),
                    Base::memory_microseconds(op, out));
  }
  static std::int64_t workspace_bytes(const Op& op, const Tensor& out, const Device&) {
    return split_workspace_bytes(conv_tiles(op, out.batch, tile), tile, splits);
  }
  static Status prepare(const Op& op, const Call& call, typename ConvWgmma::Prepared& prepared) {
    WgmmaArguments<T> a{};
    if (const Status status = Base::arguments(op, call, splits, a)) return status;
    return prepared.prepare(conv_wgmma_kernel<T, Shape>,
                            {.grid = dim3(a.tiles, splits),
                             .block = dim3(Shape::threads),
                             .shared_bytes = Shape::shared_bytes,
                             .early = true},
                            a);
  }
};

}  // namespace

NIGHTJAR_WGMMA_KERNEL(conv_wgmma_fp16_128x64, ConvWgmma<half, 128, 1>)
NIGHTJAR_WGMMA_KERNEL(conv_wgmma_fp16_128x64_by2, ConvWgmma<half, 128, 2>)
NIGHTJAR_WGMMA_KERNEL(conv_wgmma_fp16_128x64_by3, ConvWgmma<half, 128, 3>)
NIGHTJAR_WGMMA_KERNEL(conv_wgmma_fp16_128x64_by4, ConvWgmma<half, 128, 4>)
NIGHTJAR_WGMMA_KERNEL(conv_wgmma_fp16_128x64_by6, ConvWgmma<half, 128, 6>)
NIGHTJAR_WGMMA_KERNEL(conv_wgmma_fp16_128x64_by8, ConvWgmma<half, 128, 8>)
NIGHTJAR_WGMMA_KERNEL(conv_wgmma_fp16_64x64, ConvWgmma<half, 64, 1>)
NIGHTJAR_WGMMA_KERNEL(conv_wgmma_fp16_64x64_by2, ConvWgmma<half, 64, 2>)
NIGHTJAR_WGMMA_KERNEL(conv_wgmma_fp16_64x64_by3, ConvWgmma<half, 64, 3>)
NIGHTJAR_WGMMA_KERNEL(conv_wgmma_fp16_64x64_by4, ConvWgmma<half, 64, 4>)
NIGHTJAR_WGMMA_KERNEL(conv_wgmma_fp16_64x64_by6, ConvWgmma<half, 64, 6>)
NIGHTJAR_WGMMA_KERNEL(conv_wgmma_fp16_64x64_by8, ConvWgmma<half, 64, 8>)
NIGHTJAR_WGMMA_KERNEL(conv_wgmma_tf32_128x64, ConvWgmma<float, 128, 1>)
NIGHTJAR_WGMMA_KERNEL(conv_wgmma_tf32_128x64_by2, ConvWgmma<float, 128, 2>)
NIGHTJAR_WGMMA_KERNEL(conv_wgmma_tf32_128x64_by4, ConvWgmma<float, 128, 4>)
NIGHTJAR_WGMMA_KERNEL(conv_wgmma_tf32_128x64_by8, ConvWgmma<float, 128, 8>)
NIGHTJAR_WGMMA_KERNEL(conv_wgmma_tf32_64x64, ConvWgmma<float, 64, 1>)
NIGHTJAR_WGMMA_KERNEL(conv_wgmma_tf32_64x64_by2, ConvWgmma<float, 64, 2>)
NIGHTJAR_WGMMA_KERNEL(conv_wgmma_tf32_64x64_by4, ConvWgmma<float, 64, 4>)
NIGHTJAR_WGMMA_KERNEL(conv_wgmma_tf32_64x64_by8, ConvWgmma<float, 64, 8>)

}  // namespace nightjar::cuda
