// Shares of each pixel's channels in their sum, or in their length. A warp takes a pixel, a lane every 32nd
// channel.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/normalize_channels.h"

namespace nightjar::cuda {
namespace {

using Form = ops::NormalizeChannels::Form;
constexpr int warps = 8;

NIGHTJAR_DEVICE float share(Form form, float value, float largest) {
  if (form == Form::l2) return value;
  return form == Form::relu ? fmaxf(value, 0.f) : expf(value - largest);
}

// What the shares are divided by, from the sum of them, or of their squares.
NIGHTJAR_DEVICE float whole(Form form, float sum) {
  if (form == Form::l2) return sum == 0.f ? 1.f : sqrtf(sum);
  return sum + 1e-4f;  // Darknet's guard against dividing by nothing
}

template <class T>
struct NormalizeArguments {
  View<const T> in;
  View<T> out;
  int pixels, channels;
  Form form;
};

template <class T>
__global__ void __launch_bounds__(32 * warps) normalize_kernel(const NormalizeArguments<T> a) {
  const int pixel = static_cast<int>(blockIdx.x) * warps + static_cast<int>(threadIdx.x) / 32;
  const int lane = static_cast<int>(threadIdx.x) % 32;
  if (pixel >= a.pixels) return;  // whole warps
  float largest = 0.f;
  if (a.form == Form::softmax_maxval) {
    largest = -3.402823466e38f;
    for (int c = lane; c < a.channels; c += 32) largest = fmaxf(largest, to_float(a.in.at(pixel, c)[0]));
    for (int flip = 16; flip > 0; flip /= 2) largest = fmaxf(largest, __shfl_xor_sync(~0u, largest, flip));
  }
  float sum = 0.f;
  for (int c = lane; c < a.channels; c += 32) {
    const float value = share(a.form, to_float(a.in.at(pixel, c)[0]), largest);
    sum += a.form == Form::l2 ? value * value : value;
  }
  for (int flip = 16; flip > 0; flip /= 2) sum += __shfl_xor_sync(~0u, sum, flip);
  const float divisor = whole(a.form, sum);
  for (int c = lane; c < a.channels; c += 32) {
    a.out.at(pixel, c)[0] = from_float<T>(share(a.form, to_float(a.in.at(pixel, c)[0]), largest) / divisor);
  }
}

struct NormalizeChannels : OneLaunch<NormalizeArguments<float>> {
  using Op = ops::NormalizeChannels;
  static constexpr const char* name = "normalize_channels";

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return accepts_all(in, 1, out); }
  static double microseconds(const Op&, const Tensor& out, const Device&) {
    return copy_microseconds(out, 3);
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_type(call.out().type, [&](auto type) {
      using T = decltype(type);
      const NormalizeArguments<T> a{view<const T>(call.in[0]), view<T>(call.out()),
                                    static_cast<int>(call.out().pixels()), op.shape.c, op.form};
      const Launch shape{dim3(ceil_div(a.pixels, warps)), dim3(32 * warps)};
      return prepared.prepare(normalize_kernel<T>, shape, a);
    });
  }
};

}  // namespace

const CudaKernel normalize_channels = cuda_kernel<NormalizeChannels>();

}  // namespace nightjar::cuda
