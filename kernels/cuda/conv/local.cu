// Filters of their own in each place: as fast as the weights can be read. A warp takes one filter in one
// place of one image; its weights are packed in HWC order, as the window lies.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/local.h"

namespace nightjar::cuda {
namespace {

constexpr int warps = 8;

template <class T>
struct LocalArguments {
  View<const T> in;
  View<T> out;
  Global<const float> bias, weights;  // (places, filters), (places, filters, ky, kx, c)
  int in_h, in_w, size, stride, pad;
  int outputs, places, taps;   // of an image; of a filter, channels included
  Divider by_filters, by_row;  // filters of a place; places of a row
  Divider by_channels, by_size;
  Activation activation;
};

template <class T>
__global__ void __launch_bounds__(32 * warps) local_kernel(const LocalArguments<T> a) {
  const int output = static_cast<int>(blockIdx.x) * warps + static_cast<int>(threadIdx.x) / 32;
  const int lane = static_cast<int>(threadIdx.x) % 32, image = static_cast<int>(blockIdx.y);
  if (output >= a.outputs) return;  // whole warps
  int filter, column;
  const int place = a.by_filters.divide(output, filter), row = a.by_row.divide(place, column);
  const int top = row * a.stride - a.pad, left = column * a.stride - a.pad;
  const Global<const float> weights = a.weights + static_cast<std::int64_t>(output) * a.taps;
  float sum = 0.f;
  for (int i = lane; i < a.taps; i += 32) {
    int channel, kx;
    const int ky = a.by_size.divide(a.by_channels.divide(i, channel), kx);
    const int y = top + ky, x = left + kx;
    if (y < 0 || y >= a.in_h || x < 0 || x >= a.in_w) continue;
    sum = fmaf(weights[i], to_float(a.in.at((image * a.in_h + y) * a.in_w + x, channel)[0]), sum);
  }
  for (int flip = 16; flip > 0; flip /= 2) sum += __shfl_xor_sync(~0u, sum, flip);
  if (lane == 0)
    a.out.at(image * a.places + place, filter)[0] =
        from_float<T>(activate(a.activation, sum + a.bias[output]));
}

struct Local : OneLaunch<LocalArguments<float>> {
  using Op = ops::Local;
  static constexpr const char* name = "local";

  static int taps(const Op& op) { return op.in.c * op.size * op.size; }
  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return accepts_all(in, 1, out); }
  static double microseconds(const Op& op, const Tensor& out, const Device&) {
    return 2 + double(op.out.size()) * taps(op) * 4 * out.batch / 3e6;
  }
  static std::int64_t packed_bytes(const Op& op) { return 4 * op.out.size() * (1 + std::int64_t{taps(op)}); }
  static void pack(const Op& op, Weights arrays, void* packed) {
    const int cells = op.size * op.size;
    auto* bias = static_cast<float*>(packed);
    float* weights = bias + op.out.size();
    const float* from = arrays[0];
    for (int place = 0; place < op.places(); ++place) {
      for (int f = 0; f < op.out.c; ++f, weights += taps(op)) {
        *bias++ = arrays[1][std::int64_t{f} * op.places() + place];
        for (int c = 0; c < op.in.c; ++c)
          for (int i = 0; i < cells; ++i) weights[std::int64_t{i} * op.in.c + c] = *from++;
      }
    }
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_type(call.out().type, [&](auto type) {
      using T = decltype(type);
      const int outputs = static_cast<int>(op.out.size());
      const auto* bias = call.packed_as<float>();
      const LocalArguments<T> a{view<const T>(call.in[0]),
                                view<T>(call.out()),
                                bias,
                                bias + outputs,
                                op.in.h,
                                op.in.w,
                                op.size,
                                op.stride,
                                op.pad,
                                outputs,
                                op.places(),
                                taps(op),
                                Divider(op.out.c),
                                Divider(op.out.w),
                                Divider(op.in.c),
                                Divider(op.size),
                                op.activation};
      const Launch shape{dim3(ceil_div(outputs, warps), call.out().batch), dim3(32 * warps)};
      return prepared.prepare(local_kernel<T>, shape, a);
    });
  }
};

}  // namespace

const CudaKernel local = cuda_kernel<Local>();

}  // namespace nightjar::cuda
