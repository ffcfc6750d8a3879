// Values of the weights file for each image, packed pixel by pixel.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/constant.h"

namespace nightjar::cuda {
namespace {

template <class T>
struct ConstantArguments {
  EachPack each;
  View<T> out;
  Global<const float> values;  // (h, w, c)
  Divider by_plane;
  int channels;
};

template <class T>
__global__ void __launch_bounds__(each_pack_threads) constant_kernel(const ConstantArguments<T> a) {
  int pixel, channel;
  if (!own_pack<1>(a.each, pixel, channel)) return;
  int cell;
  a.by_plane.divide(pixel, cell);
  a.out.at(pixel, channel)[0] = from_float<T>(a.values[cell * a.channels + channel]);
}

struct Constant : OneLaunch<ConstantArguments<float>> {
  using Op = ops::Constant;
  static constexpr const char* name = "constant";

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return accepts_all(in, 1, out); }
  static double microseconds(const Op&, const Tensor& out, const Device&) {
    return copy_microseconds(out, 2);
  }
  static std::int64_t packed_bytes(const Op& op) { return 4 * op.shape.size(); }
  static void pack(const Op& op, Weights weights, void* packed) {
    const std::int64_t plane = std::int64_t{op.shape.h} * op.shape.w;
    auto* to = static_cast<float*>(packed);
    for (std::int64_t i = 0; i < plane; ++i)
      for (int c = 0; c < op.shape.c; ++c) *to++ = weights[0][c * plane + i];
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_type(call.out().type, [&](auto type) {
      using T = decltype(type);
      const ConstantArguments<T> a{EachPack(call.out(), 1), view<T>(call.out()), call.packed_as<float>(),
                                   Divider(op.shape.h * op.shape.w), op.shape.c};
      return prepared.prepare(constant_kernel<T>, a.each.early_launch(), a);
    });
  }
};

}  // namespace

const CudaKernel constant_each = cuda_kernel<Constant>();

}  // namespace nightjar::cuda
