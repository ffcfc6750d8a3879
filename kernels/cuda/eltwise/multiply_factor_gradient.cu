// Gradients by the factors of products. A warp takes a factor, and sums what it multiplied: every 32nd value
// of a pixel's channels, or of a channel's pixels.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/gradients/multiply_factor_gradient.h"

namespace nightjar::cuda {
namespace {

using Factor = ops::Multiply::Factor;
constexpr int warps = 8;

template <class T>
struct FactorGradientArguments {
  View<const T> image, gradient;
  View<T> out;
  int factors, terms;  // of all images; that each multiplied
  Divider by_image;    // factors of an image
  Factor kind;
};

template <class T>
__global__ void __launch_bounds__(32 * warps) factor_gradient_kernel(const FactorGradientArguments<T> a) {
  const int factor = static_cast<int>(blockIdx.x) * warps + static_cast<int>(threadIdx.x) / 32;
  const int lane = static_cast<int>(threadIdx.x) % 32;
  if (factor >= a.factors) return;  // whole warps
  int number;
  const int n = a.by_image.divide(factor, number);
  float sum = 0.f;
  for (int i = lane; i < a.terms; i += 32) {
    const int pixel = a.kind == Factor::per_channel ? n * a.terms + i : factor;
    const int channel = a.kind == Factor::per_channel ? number : i;
    sum = fmaf(to_float(a.image.at(pixel, channel)[0]), to_float(a.gradient.at(pixel, channel)[0]), sum);
  }
  for (int flip = 16; flip > 0; flip /= 2) sum += __shfl_xor_sync(~0u, sum, flip);
  if (lane != 0) return;
  const bool by_channel = a.kind == Factor::per_channel;
  a.out.at(by_channel ? n : factor, by_channel ? number : 0)[0] = from_float<T>(sum);
}

template <class T>
struct ProductArguments {
  EachPack each;
  View<const T> image, gradient;
  View<T> out;
};

template <class T>
__global__ void __launch_bounds__(each_pack_threads) product_kernel(const ProductArguments<T> a) {
  int pixel, channel;
  if (!own_pack<1>(a.each, pixel, channel)) return;
  a.out.at(pixel, channel)[0] =
      from_float<T>(to_float(a.image.at(pixel, channel)[0]) * to_float(a.gradient.at(pixel, channel)[0]));
}

struct MultiplyFactorGradient : CudaKernelDefaults {
  using Op = ops::MultiplyFactorGradient;
  static constexpr const char* name = "multiply_factor_gradient";
  struct Prepared {
    PreparedLaunch<sizeof(FactorGradientArguments<float>)> sums;
    PreparedLaunch<sizeof(ProductArguments<float>)> products;  // where a factor multiplied one value
  };

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return accepts_all(in, 2, out); }
  static double microseconds(const Op& op, const Tensor& out, const Device&) {
    return 2 + double(op.multiply.shape.size()) * out.batch * 8 / 3e6;
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_type(call.out().type, [&](auto type) {
      using T = decltype(type);
      const View<const T> image = view<const T>(call.in[0]), gradient = view<const T>(call.in[1]);
      if (op.multiply.factor == Factor::full) {
        const ProductArguments<T> a{EachPack(call.out(), 1), image, gradient, view<T>(call.out())};
        return prepared.products.prepare(product_kernel<T>, a.each.early_launch(), a);
      }
      const int of_image = static_cast<int>(op.multiply.factor_shape().size());
      const int factors = of_image * call.out().batch;
      const int terms = static_cast<int>(op.multiply.shape.size() / of_image);
      const FactorGradientArguments<T> a{image, gradient,          view<T>(call.out()), factors,
                                         terms, Divider(of_image), op.multiply.factor};
      const Launch shape{dim3(ceil_div(factors, warps)), dim3(32 * warps)};
      return prepared.sums.prepare(factor_gradient_kernel<T>, shape, a);
    });
  }
  static Status launch(const Op& op, const Call& call, const Prepared& prepared) {
    return op.multiply.factor == Factor::full ? prepared.products.start(call.stream)
                                              : prepared.sums.start(call.stream);
  }
};

}  // namespace

const CudaKernel multiply_factor_gradient = cuda_kernel<MultiplyFactorGradient>();

}  // namespace nightjar::cuda
