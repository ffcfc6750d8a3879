// Values in another shape (kernels/ops/reshape.h): a thread moves one element; neighbours in NHWC stay
// neighbours on the output's side.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/cuda/vector/flat.cuh"
#include "kernels/ops/reshape.h"

namespace nightjar::cuda {
namespace {

template <class T>
struct ReshapeArguments {
  EachPack each;
  View<T> out;
  FlatView<const T> in;
  FlatShape out_shape;
  int values, columns;  // of the input; of the matrix that they are
  Divider by_rows;
};

template <class T>
__global__ void __launch_bounds__(each_pack_threads) reshape_kernel(const ReshapeArguments<T> a) {
  int pixel, channel;
  if (!own_pack<1>(a.each, pixel, channel)) return;
  int rest;
  const int n = a.out_shape.by_plane.divide(pixel, rest);
  const int index = channel * a.out_shape.by_plane.divisor + rest;
  T value{};
  if (index < a.values) {
    int row;
    const int column = a.by_rows.divide(index, row);
    value = a.in.at(n, row * a.columns + column)[0];
  }
  a.out.at(pixel, channel)[0] = value;
}

struct Reshape : OneLaunch<ReshapeArguments<float>> {
  using Op = ops::Reshape;
  static constexpr const char* name = "reshape";

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return accepts_all(in, 1, out); }
  static double microseconds(const Op&, const Tensor& out, const Device&) {
    return copy_microseconds(out, 4);
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_type(call.out().type, [&](auto type) {
      using T = decltype(type);
      const int values = static_cast<int>(op.in.size());
      const ReshapeArguments<T> a{EachPack(call.out(), 1),
                                  view<T>(call.out()),
                                  FlatView<const T>(call.in[0]),
                                  FlatShape(op.out),
                                  values,
                                  values / op.rows,
                                  Divider(op.rows)};
      return prepared.prepare(reshape_kernel<T>, a.each.early_launch(), a);
    });
  }
};

}  // namespace

const CudaKernel reshape = cuda_kernel<Reshape>();

}  // namespace nightjar::cuda
