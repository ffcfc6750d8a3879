// Convolution with cuBLAS, the way Darknet's own GPU code goes: the input unfolded into a matrix of pixels x
// k by a kernel of ours, one product for all groups by cuBLASLt, then bias and activations by another of
// ours. Where the window is one cell, the input with its stride between pixels is the matrix.
//
// A yardstick for our own convolutions: chosen only where it is asked for. cuBLASLt's epilogues are left
// alone: they know neither leaky nor mish nor a residual, and take a bias in halves.
//
// Without a device im2col, slices and epilogue are tested, in the emulator, around a plain product.
#include "kernels/cuda/vendor/cublas.h"

#include <algorithm>

#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/cuda/vendor/library_conv.h"

namespace nightjar::cuda {
namespace {

// Rows of k are padded to 16 bytes of halves, so that rows and groups start aligned in both types.
constexpr int k_multiple = 8;
constexpr ConvTile conv_tile = library_tile<k_multiple>;

bool input_is_matrix(const ops::Conv& op) {
  return op.size == 1 && op.stride_x == 1 && op.stride_y == 1 && op.pad == 0;
}

// The matrix of a slice: (pixels, groups, padded_k), zeros from k on.
struct Slices {
  int padded_k, row;  // elements
  int pixels;         // of a slice; the last one may be shorter
  std::int64_t bytes;
};
Slices slices(const ops::Conv& op, const Tensor& out, std::int64_t budget) {
  const PackedWeights p = packed_weights(op, conv_tile);
  Slices s{p.padded_k, op.groups * p.padded_k, static_cast<int>(out.pixels()), 0};
  if (input_is_matrix(op)) return s;
  const std::int64_t row_bytes = std::int64_t{s.row} * bytes_of(out.type);
  const std::int64_t most = std::max<std::int64_t>(budget / row_bytes, 1);
  const std::int64_t count = (out.pixels() + most - 1) / most;
  s.pixels = static_cast<int>((out.pixels() + count - 1) / count);
  s.bytes = (s.pixels * row_bytes + 255) / 256 * 256;
  return s;
}

template <class T>
struct Im2colArguments {
  ConvGeometry g;
  Global<const T> in;
  Global<T> matrix;
  int first_pixel, count;  // packs of the slice
  Divider by_row, by_group;
};

template <class T, int width>
__global__ void __launch_bounds__(each_pack_threads) im2col_kernel(const Im2colArguments<T> a) {
  const int i = static_cast<int>(blockIdx.x) * each_pack_threads + static_cast<int>(threadIdx.x);
  if (i >= a.count) return;
  const ConvGeometry& g = a.g;
  int pack, k;
  const int row = a.by_row.divide(i, pack);
  const int group = a.by_group.divide(pack, k);
  k *= width;
  Pack<T, width> values{};
  if (k < g.k) {
    const ConvGeometry::Window window = g.window(a.first_pixel + row);
    const ConvGeometry::Tap tap = g.tap(k);
    const int y = window.y + tap.y, x = window.x + tap.x;
    if (y >= 0 && y < g.in_h && x >= 0 && x < g.in_w) {
      const int pixel = (window.image * g.in_h + y) * g.in_w + x;
      values = load<width>(a.in + (pixel * g.in_pixel + group * g.channels + tap.channel));
    }
  }
  store<width>(a.matrix + static_cast<std::int64_t>(i) * width, values);
}

// Rows [first, first + rows) of the matrix.
Status im2col(const Unfolding& u, int first, int rows, Stream stream) {
  return with_type(u.type, [&](auto type) {
    using T = decltype(type);
    const Im2colArguments<T> a{u.g,       static_cast<const T*>(u.in), static_cast<T*>(u.matrix),
                               first,     rows * u.row_packs,          u.by_row,
                               u.by_group};
    const Launch shape{dim3(ceil_div(a.count, each_pack_threads)), dim3(each_pack_threads)};
    return launch(u.width > 1 ? im2col_kernel<T, 16 / sizeof(T)> : im2col_kernel<T, 1>, shape, stream, a);
  });
}

Unfolding unfolding(const ops::Conv& op, const Call& call, const Slices& s, void* matrix) {
  const Tensor& in = call.in[0];
  Unfolding u{};
  u.g = conv_geometry(op, in, call.out(), conv_tile, 1);
  u.in = in.data, u.type = in.type;
  u.matrix = input_is_matrix(op) ? nullptr : matrix;
  const int width = 16 / bytes_of(in.type);
  const bool packs = u.g.channels % width == 0 && in.pixel % width == 0 && aligned(in.data);
  u.width = packs ? width : 1;
  u.row_packs = s.row / u.width;
  u.by_row = Divider(u.row_packs);
  u.by_group = Divider(s.padded_k / u.width);
  return u;
}

// Of the first slice.
Matmul product(const ops::Conv& op, const Call& call, Precision precision, const Slices& s,
               const Unfolding& u) {
  const Tensor& out = call.out();
  const PackedWeights p = packed_weights(op, conv_tile);
  Matmul m{};
  if (u.matrix) {
    m.a = u.matrix, m.k = s.padded_k, m.a_row = s.row, m.a_group = s.padded_k;
  } else {
    m.a = u.in, m.k = u.g.k, m.a_row = call.in[0].pixel, m.a_group = u.g.channels;
  }
  m.b = p.weights<unsigned char>(call.packed), m.d = out.data;
  m.type = out.type, m.precision = precision;
  m.rows = s.pixels, m.columns = op.out.c / op.groups;
  m.b_row = p.padded_k, m.d_row = out.pixel;
  m.groups = op.groups, m.b_group = p.group_elements, m.d_group = m.columns;
  m.d_step = std::int64_t{s.pixels} * out.pixel;
  m.workspace = static_cast<unsigned char*>(call.workspace) + workspace_zeros;
  return m;
}

}  // namespace

std::int64_t by_matmul_workspace_bytes(const ops::Conv& op, const Tensor& out, std::int64_t budget) {
  return workspace_zeros + matmul_workspace_bytes + slices(op, out, budget).bytes;
}

Status prepare_by_matmul(const ops::Conv& op, const Call& call, Precision precision, std::int64_t budget,
                         PreparedByMatmul& prepared) {
  const Slices s = slices(op, call.out(), budget);
  void* matrix = static_cast<unsigned char*>(call.workspace) + workspace_zeros + matmul_workspace_bytes;
  prepared.unfolding = unfolding(op, call, s, matrix);
  prepared.slice = s.pixels;
  Matmul m = product(op, call, precision, s, prepared.unfolding);
  Status status = prepare_matmul(m, prepared.whole);
  m.rows = (prepared.unfolding.g.pixels - 1) % s.pixels + 1;
  if (status == 0) status = prepare_matmul(m, prepared.last);
  return status == 0 ? prepare_finish(op, call, prepared.finish) : status;
}

Status launch_by_matmul(const PreparedByMatmul& prepared, Stream stream) {
  const int pixels = prepared.unfolding.g.pixels, slice = prepared.slice;
  for (int first = 0; first < pixels; first += slice) {
    const int rows = std::min(slice, pixels - first);
    Status status = prepared.unfolding.matrix ? im2col(prepared.unfolding, first, rows, stream) : 0;
    if (status == 0) {
      const PreparedMatmul& product = first + slice < pixels ? prepared.whole : prepared.last;
      status = matmul(product, first / slice, stream);
    }
    if (status != 0) return status;
  }
  return finish_convolution(prepared.finish, stream);
}

namespace {

template <Precision precision_>
struct ConvCublas : LibraryConv<precision_, k_multiple> {
  using Base = LibraryConv<precision_, k_multiple>;
  using Op = ops::Conv;
  static constexpr Library library = Library::cublas;
  static constexpr const char* name =
      Base::one_of("conv_cublas_fp16", "conv_cublas_tf32", "conv_cublas_fp32");

  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    return out.type == Base::type && accepts_all(in, op.residual ? 2 : 1, out);
  }
  // One after the other: the matrix is written and read, the product made, the output read and written once
  // more.
  static double microseconds(const Op& op, const Tensor& out, const Device& device) {
    constexpr double launches_us = 6;
    const Slices s = slices(op, out, im2col_budget);
    const double matrix = input_is_matrix(op) ? 1 : 2 * op.size * op.size;
    const double elements =
        double(out.batch) * double(op.in.size()) * matrix + double(out.pixels()) * op.out.c * 3;
    return launches_us * ceil_div(static_cast<int>(out.pixels()), s.pixels) +
           Base::microseconds_of(op, out, elements, device);
  }
  static std::int64_t workspace_bytes(const Op& op, const Tensor& out, const Device&) {
    return by_matmul_workspace_bytes(op, out, im2col_budget);
  }
  using Prepared = PreparedByMatmul;
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return prepare_by_matmul(op, call, precision_, im2col_budget, prepared);
  }
  static Status launch(const Op&, const Call& call, const Prepared& prepared) {
    return launch_by_matmul(prepared, call.stream);
  }
};

}  // namespace

const CudaKernel conv_cublas_fp16 = cuda_kernel<ConvCublas<Precision::fp16>>();
const CudaKernel conv_cublas_tf32 = cuda_kernel<ConvCublas<Precision::tf32>>();
const CudaKernel conv_cublas_fp32 = cuda_kernel<ConvCublas<Precision::fp32>>();

}  // namespace nightjar::cuda
