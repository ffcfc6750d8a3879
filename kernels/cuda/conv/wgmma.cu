// Convolution with Hopper's own instructions (sm_90a), in fp16 or tf32: warpgroup matrix products on the
// matrix units ("tensor cores"), fed by the copy engine (the "Tensor Memory Accelerator", TMA), which does
// the im2col (the unfolding of the picture into a matrix) while it copies. Nothing but whole tiles passes
// between the two.
//
// A block computes 128 pixels x 64 or 128 filters. Warp 8 asks the copy engine for tiles, steps ahead; warps
// 0-3 and 4-7 multiply 64 pixels each ("warp specialisation"). Barriers in shared memory pass stages back and
// forth. Small grids are cut along the sum: the blocks of a cluster take a share of it each, and then add up
// a share of the rows each, straight from each other's ("distributed") shared memory, in the order of the
// splits; nothing goes through global memory.
//
// The emulator lacks its instructions: without a device only its whole-number arithmetic (wgmma_index.h) is
// tested. Whole networks were right on an H100 in fp16. In tf32 the matrix units cut off the low bits of the
// picture's floats, where mma.cu rounds them: an error with one sign, which adds up from layer to layer.
#include "kernels/cuda/conv/epilogue.cuh"
#include "kernels/cuda/conv/matrix_weights.h"
#include "kernels/cuda/conv/tensor_map.h"
#include "kernels/cuda/conv/wgmma_index.h"
#include "kernels/cuda/manifest.h"
#include "kernels/cuda/ptx.cuh"

namespace nightjar::cuda {
namespace {

constexpr int tile_pixels = 128, consumers = 2, group_pixels = tile_pixels / consumers;
constexpr int threads = 128 * consumers + 32, producer_warp = 4 * consumers;
constexpr int max_splits = 8;  // blocks of a portable cluster

template <int filters_>
struct Tile {
  static constexpr int filters = filters_;
  static constexpr int picture_bytes = tile_pixels * wgmma_index::row_bytes;
  static constexpr int stage_bytes = picture_bytes + filters * wgmma_index::row_bytes;
  // 96 KiB: 3 stages of 32 or 4 of 24. Two blocks share a multiprocessor's 227, so that one multiplies while
  // the other fills its pipeline or stores.
  static constexpr int stages = (96 << 10) / stage_bytes;
  static constexpr int barriers_offset = stages * stage_bytes;
  static constexpr int shared_bytes = barriers_offset + 2 * stages * 8;
  static_assert(tile_bytes(tile_pixels, filters) <= barriers_offset, "the sums take the stages' place");
};

template <class T>
struct WgmmaArguments {
  CUtensorMap picture_map, weight_map;
  ConvGeometry g;
  Divider by_channel_tiles;
  ConvOutput<T> output;
};

// Full: the copy engine has delivered a stage. Empty: both warpgroups have finished with it.
struct Barriers {
  std::uint64_t *full, *empty;
};

// A place in the ring of stages.
template <int stages>
struct Ring {
  int stage = 0, phase = 0;
  NIGHTJAR_DEVICE void advance() {
    if (++stage == stages) stage = 0, phase ^= 1;
  }
};

template <class T, class Shape>
NIGHTJAR_DEVICE void produce(const WgmmaArguments<T>& a, const Barriers& barriers, int begin, int end) {
  constexpr int tile_k = wgmma_index::row_bytes / sizeof(T);
  const ConvGeometry::Window window = a.g.window(static_cast<int>(blockIdx.x) * tile_pixels);
  Ring<Shape::stages> ring;
  for (int number = begin; number < end; ++number, ring.advance()) {
    barrier_wait(barriers.empty + ring.stage, ring.phase ^ 1);  // passes at once the first time around
    std::uint64_t* full = barriers.full + ring.stage;
    unsigned char* picture =
        shared_memory<unsigned char>(ring.stage * Shape::stage_bytes, Shape::stage_bytes);
    barrier_arrive_expecting(full, Shape::stage_bytes);
    const wgmma_index::Step s =
        wgmma_index::step(number, a.by_channel_tiles, a.g.by_size, a.g.dilation, tile_k);
    tensor_load_im2col(picture, &a.picture_map, full, s.channel, window.x, window.y, window.image, s.offset_x,
                       s.offset_y);
    tensor_load_2d(picture + Shape::picture_bytes, &a.weight_map, full, number * tile_k,
                   static_cast<int>(blockIdx.y) * Shape::filters);
  }
}

#if defined(__CUDA_ARCH_FEAT_SM90_ALL)

template <class T, class Shape>
NIGHTJAR_DEVICE void consume(float (&sums)[Shape::filters / 2], const Barriers& barriers, int warpgroup,
                             int begin, int end) {
  const std::uint32_t base = shared_address(shared_memory<unsigned char>(0, Shape::barriers_offset));
  const bool leader = threadIdx.x % 128 == 0;
  Ring<Shape::stages> ring;
  int previous = -1;
  for (int number = begin; number < end; ++number, ring.advance()) {
    barrier_wait(barriers.full + ring.stage, ring.phase);
    const std::uint32_t picture = base + static_cast<std::uint32_t>(ring.stage * Shape::stage_bytes);
    const std::uint32_t own =
        picture + static_cast<std::uint32_t>(warpgroup * group_pixels * wgmma_index::row_bytes);
    wgmma_fence();
#pragma unroll
    for (int k = 0; k < wgmma_index::row_bytes; k += wgmma_index::step_bytes) {
      wgmma<T>(sums, wgmma_index::descriptor(own + k),
               wgmma_index::descriptor(picture + Shape::picture_bytes + k));
    }
    wgmma_commit();
    wgmma_wait<1>();  // the step before is done: its stage may be filled again
    if (previous >= 0 && leader) barrier_arrive(barriers.empty + previous);
    previous = ring.stage;
  }
  wgmma_wait<0>();
}

#endif

// A warpgroup's sums, with mma's fragments for each warp's 16 pixels.
template <class Shape>
NIGHTJAR_DEVICE void store_sums(const float (&sums)[Shape::filters / 2], float* tile) {
  const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
#pragma unroll
  for (int j = 0; j < Shape::filters / 8; ++j) {
#pragma unroll
    for (int i = 0; i < 4; i += 2) {
      const int row = warp * 16 + mma_index::d_row(lane, i), column = j * 8 + mma_index::d_column(lane);
      store<2>(tile + (row * tile_stride(Shape::filters) + column),
               Pack<float, 2>{{sums[4 * j + i], sums[4 * j + i + 1]}});
    }
  }
}

// Rows [begin, end) of the tile become the sum of these rows of all blocks' tiles. No other block reads or
// writes them here.
template <class Shape>
NIGHTJAR_DEVICE void add_blocks(float* tile, int begin, int end, int blocks) {
  constexpr int packs = Shape::filters / 4;
#pragma unroll 1
  for (int i = begin * packs + static_cast<int>(threadIdx.x); i < end * packs; i += threads) {
    float* at = tile + (i / packs * tile_stride(Shape::filters) + i % packs * 4);
    Pack<float, 4> sum{};
    for (int block = 0; block < blocks; ++block) {
      const Pack<float, 4> part = load_of_block(at, block);
#pragma unroll
      for (int j = 0; j < 4; ++j) sum.v[j] += part.v[j];
    }
    store<4>(at, sum);
  }
}

template <class T, class Shape>
__global__ void __launch_bounds__(threads, 2) conv_wgmma_kernel(const __grid_constant__ WgmmaArguments<T> a) {
#if defined(__CUDA_ARCH_FEAT_SM90_ALL)
  const ConvGeometry& g = a.g;
  const int warp = static_cast<int>(threadIdx.x) / 32, split = static_cast<int>(blockIdx.z);
  std::uint64_t* full = shared_memory<std::uint64_t>(Shape::barriers_offset, 2 * Shape::stages);
  const Barriers barriers{full, full + Shape::stages};
  if (threadIdx.x == 0) {
    for (int i = 0; i < Shape::stages; ++i) {
      barrier_init(barriers.full + i, 1);
      barrier_init(barriers.empty + i, consumers);
    }
    fence_barrier_init();
  }
  __syncthreads();

  const int begin = g.first_step(split), end = g.first_step(split + 1);
  float sums[Shape::filters / 2] = {};
  if (warp == producer_warp) {
    if (threadIdx.x % 32 == 0) produce<T, Shape>(a, barriers, begin, end);
    __syncwarp();
  } else {
    consume<T, Shape>(sums, barriers, warp / 4, begin, end);
  }

  // Every copy has been waited for and every product is done: the stages are free.
  __syncthreads();
  float* tile = shared_memory<float>(0, tile_pixels * tile_stride(Shape::filters));
  if (warp != producer_warp) store_sums<Shape>(sums, tile);
  int first_row = 0, last_row = tile_pixels;
  if (g.splits > 1) {
    first_row = tile_pixels / g.splits * split;
    last_row = first_row + tile_pixels / g.splits;
    cluster_sync();
    add_blocks<Shape>(tile, first_row, last_row, g.splits);
    cluster_sync();  // nobody leaves while another still reads its tile
  } else {
    __syncthreads();
  }
  const int first_pixel = static_cast<int>(blockIdx.x) * tile_pixels;
  const int first_filter = static_cast<int>(blockIdx.y) * Shape::filters, filters = g.filters - first_filter;
  if (a.output.packs) {
    store_rows<Shape::filters, threads, 16 / sizeof(T)>(a.output, tile, first_row, last_row, first_pixel,
                                                        g.pixels, first_filter, filters);
  } else {
    store_rows<Shape::filters, threads, 1>(a.output, tile, first_row, last_row, first_pixel, g.pixels,
                                           first_filter, filters);
  }
#endif
}

template <class T, class Shape>
struct ConvWgmma : OneLaunch<WgmmaArguments<T>> {
  using Op = ops::Conv;
  static constexpr bool is_half = std::is_same_v<T, half>;
  static constexpr int minimum_sm = 90, maximum_sm = 90;  // code for sm_90a runs on nothing else
  static constexpr Precision precision = is_half ? Precision::fp16 : Precision::tf32;
  static constexpr bool depends_on_batch = true;  // by the number of splits
  static constexpr Type type = is_half ? Type::f16 : Type::f32;
  static constexpr int tile_k = wgmma_index::row_bytes / sizeof(T), chunk = 16 / sizeof(T);
  // Dense wgmma: 2048 fp16 multiply-adds a cycle and multiprocessor, 1024 in tf32, of which two blocks of 128
  // x 128 should see about 65 %: estimates, which rank candidates.
  static constexpr double rate = (is_half ? 2048 : 1024) * (Shape::filters == 128 ? .65 : .5);
  static constexpr ConvTile tile{tile_pixels, Shape::filters, tile_k, 2, rate};
  static constexpr const char* name = Shape::filters == 128
                                          ? (is_half ? "conv_wgmma_fp16_128x128" : "conv_wgmma_tf32_128x128")
                                          : (is_half ? "conv_wgmma_fp16_128x64" : "conv_wgmma_tf32_128x64");

  // The sum as this kernel takes it: every tap's channels padded to whole tiles.
  static Op padded(const Op& op) {
    Op p = op;
    p.in.c = round_up(op.in.c, tile_k);
    return p;
  }
  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    return out.type == type && accepts_all(in, op.residual ? 2 : 1, out) && op.groups == 1 &&
           op.in.c * 2 >= tile_k && in[0].pixel % chunk == 0 && wgmma_index::encodable(op);
  }
  static ConvSchedule schedule(const Op& op, const Tensor& out, const Device& device) {
    return conv_schedule(padded(op), out.batch, sizeof(T), tile, max_splits, device);
  }
  static double microseconds(const Op& op, const Tensor& out, const Device& device) {
    return schedule(op, out, device).microseconds;
  }
  static std::int64_t packed_bytes(const Op& op) {
    return packed_weights(padded(op), tile).bytes(1, sizeof(T));
  }
  static void pack(const Op& op, Weights arrays, void* packed) {
    pack_matrix_weights<precision>(op, packed_weights(padded(op), tile), arrays, packed,
                                   [&](int k) { return wgmma_index::packed_k(k, op.in.c, tile_k); });
  }
  static Status prepare(const Op& op, const Call& call, typename ConvWgmma::Prepared& prepared) {
    const Tensor& in = call.in[0];
    const int splits = schedule(op, call.out(), call.device).splits;
    const PackedWeights p = packed_weights(padded(op), tile);
    WgmmaArguments<T> a{};
    Status status = encode_picture(op, in, tile_pixels, a.picture_map);
    if (status == 0)
      status = encode_weights(p.weights<T>(call.packed), type, p.padded_filters, p.padded_k, Shape::filters,
                              a.weight_map);
    if (status != 0) return status;
    a.g = conv_geometry(padded(op), in, call.out(), tile, splits);
    a.by_channel_tiles = Divider(wgmma_index::channel_tiles(op.in.c, tile_k));
    a.output = conv_output<T>(op, call);
    Launch shape{dim3(ceil_div(a.g.pixels, tile_pixels), ceil_div(a.g.filters, Shape::filters), splits),
                 dim3(threads), Shape::shared_bytes};
    shape.cluster = splits;
    return prepared.prepare(conv_wgmma_kernel<T, Shape>, shape, a);
  }
};

}  // namespace

const CudaKernel conv_wgmma_fp16_128x128 = cuda_kernel<ConvWgmma<half, Tile<128>>>();
const CudaKernel conv_wgmma_fp16_128x64 = cuda_kernel<ConvWgmma<half, Tile<64>>>();
const CudaKernel conv_wgmma_tf32_128x128 = cuda_kernel<ConvWgmma<float, Tile<128>>>();
const CudaKernel conv_wgmma_tf32_128x64 = cuda_kernel<ConvWgmma<float, Tile<64>>>();

}  // namespace nightjar::cuda
