// Convolution on the matrix units, in fp16 or tf32 (mma.cuh).
#include "kernels/cuda/conv/mma.cuh"

#include "kernels/cuda/conv/matrix_weights.h"
#include "kernels/cuda/manifest.h"

namespace nightjar::cuda {
namespace {

constexpr int max_splits = 16;

template <class T, class Shape>
struct ConvMma : OneLaunch<MmaArguments<T, ConvOutput<T>>> {
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
  static constexpr ConvTile tile{Shape::rows, Shape::columns, row_bytes / int{sizeof(T)}, Shape::blocks,
                                 rate};
  static constexpr const char* name =
      Shape::rows == 64      ? (is_half ? "conv_mma_fp16_64x64" : "conv_mma_tf32_64x64")
      : Shape::columns == 64 ? (is_half ? "conv_mma_fp16_128x64" : "conv_mma_tf32_128x64")
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
  static std::int64_t packed_floats(const Op& op) { return packed_weights(op, tile).bias_floats(); }
  static void pack(const Op& op, Weights arrays, void* packed) {
    pack_matrix_weights<precision>(op, packed_weights(op, tile), arrays, packed, std::identity{},
                                   std::identity{});
  }
  static Status prepare(const Op& op, const Call& call, typename ConvMma::Prepared& prepared) {
    const Tensor& in = call.in[0];
    const int splits = schedule(op, call.out(), call.device).splits;
    const PackedWeights p = packed_weights(op, tile);
    MmaArguments<T, ConvOutput<T>> a{};
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
        conv_mma_kernel<T, Shape, ConvOutput<T>>,
        {.grid = grid, .block = dim3(Shape::threads), .shared_bytes = Shape::shared_bytes, .early = true}, a);
  }
};

}  // namespace

const CudaKernel conv_mma_fp16_128x128 = cuda_kernel<ConvMma<half, WideTile>>();
const CudaKernel conv_mma_fp16_128x64 = cuda_kernel<ConvMma<half, TallTile>>();
const CudaKernel conv_mma_fp16_64x64 = cuda_kernel<ConvMma<half, SmallTile>>();
const CudaKernel conv_mma_tf32_128x128 = cuda_kernel<ConvMma<float, WideTile>>();
const CudaKernel conv_mma_tf32_128x64 = cuda_kernel<ConvMma<float, TallTile>>();
const CudaKernel conv_mma_tf32_64x64 = cuda_kernel<ConvMma<float, SmallTile>>();

}  // namespace nightjar::cuda
