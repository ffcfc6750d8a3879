// Darknet's two ways of folding cells into channels, on tensors seen as flat vectors in CHW order:
// kernels/reference says which cell goes where. A thread moves one element; neighbours in NHWC stay
// neighbours on the output's side.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/cuda/vector/flat.cuh"
#include "kernels/ops/reorg.h"

namespace nightjar::cuda {
namespace {

template <class T>
struct ReorgArguments {
  EachPack each;
  View<T> out;
  FlatView<const T> in;
  FlatShape out_shape, deep, wide;      // flat indices of the output, and of the two sides of Darknet's rule
  Divider by_cell_channels, by_stride;  // channels of the wide side; stride
  bool reverse;                         // the output is the wide side
};

template <class T>
__global__ void __launch_bounds__(each_pack_threads) reorg_kernel(const ReorgArguments<T> a) {
  int pixel, channel;
  if (!own_pack<1>(a.each, pixel, channel)) return;
  int rest;
  const int n = a.out_shape.by_plane.divide(pixel, rest);
  int index = channel * a.out_shape.by_plane.divisor + rest;
  int c, y, x;
  if (a.reverse) {
    // Wide (c, y, x) takes deep (cell * channels + c, y / s, x / s) with cell = y % s * s + x % s.
    a.wide.split(index, c, y, x);
    int dy, dx;
    y = a.by_stride.divide(y, dy);
    x = a.by_stride.divide(x, dx);
    index = a.deep.join((dy * a.by_stride.divisor + dx) * a.by_cell_channels.divisor + c, y, x);
  } else {
    a.deep.split(index, c, y, x);
    int cell_channel, dx;
    const int dy = a.by_stride.divide(a.by_cell_channels.divide(c, cell_channel), dx);
    index = a.wide.join(cell_channel, y * a.by_stride.divisor + dy, x * a.by_stride.divisor + dx);
  }
  a.out.at(pixel, channel)[0] = a.in.at(n, index)[0];
}

struct Reorg : OneLaunch<ReorgArguments<float>> {
  using Op = ops::Reorg;
  static constexpr const char* name = "reorg";

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return accepts_all(in, 1, out); }
  static double microseconds(const Op&, const Tensor& out, const Device&) {
    return copy_microseconds(out, 4);
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_type(call.out().type, [&](auto type) {
      using T = decltype(type);
      const Shape deep = op.space_to_depth ? op.out : op.in;
      const int channels = deep.c / (op.stride * op.stride);
      const ReorgArguments<T> a{EachPack(call.out(), 1),
                                view<T>(call.out()),
                                FlatView<const T>(call.in[0]),
                                FlatShape(op.out),
                                FlatShape(deep),
                                FlatShape({channels, deep.h * op.stride, deep.w * op.stride}),
                                Divider(channels),
                                Divider(op.stride),
                                op.reverse};
      return prepared.prepare(reorg_kernel<T>, a.each.early_launch(), a);
    });
  }
};

}  // namespace

const CudaKernel reorg = cuda_kernel<Reorg>();

}  // namespace nightjar::cuda
