// Means over whole planes. A block takes 32 channels of one image: 8 warps walk the pixels, a lane a channel,
// and their sums meet in shared memory, always in the same order.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/avg_pool.h"

namespace nightjar::cuda {
namespace {

constexpr int warps = 8;

template <class T>
struct AvgPoolArguments {
  View<const T> in;
  View<T> out;
  int plane, channels;
};

template <class T>
__global__ void __launch_bounds__(32 * warps) avgpool_kernel(const AvgPoolArguments<T> a) {
  const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
  const int channel = static_cast<int>(blockIdx.x) * 32 + lane, image = static_cast<int>(blockIdx.y);
  float sum = 0.f;
  if (channel < a.channels) {
    for (int i = warp; i < a.plane; i += warps) sum += to_float(a.in.at(image * a.plane + i, channel)[0]);
  }
  const Shared<float> sums = shared_memory<float>(0, 32 * warps);
  sums[warp * 32 + lane] = sum;
  __syncthreads();
  if (warp != 0 || channel >= a.channels) return;
  float total = 0.f;
  for (int i = 0; i < warps; ++i) total += sums[i * 32 + lane];
  a.out.at(image, channel)[0] = from_float<T>(total / static_cast<float>(a.plane));
}

struct AvgPool : OneLaunch<AvgPoolArguments<float>> {
  using Op = ops::AvgPool;
  static constexpr const char* name = "avgpool";

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return accepts_all(in, 1, out); }
  static double microseconds(const Op& op, const Tensor& out, const Device&) {
    return copy_microseconds(out, op.in.h * op.in.w);
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_type(call.out().type, [&](auto type) {
      using T = decltype(type);
      const AvgPoolArguments<T> a{view<const T>(call.in[0]), view<T>(call.out()), op.in.h * op.in.w, op.in.c};
      const Launch shape{dim3(ceil_div(op.in.c, 32), call.out().batch), dim3(32 * warps), 32 * warps * 4};
      return prepared.prepare(avgpool_kernel<T>, shape, a);
    });
  }
};

}  // namespace

const CudaKernel avgpool = cuda_kernel<AvgPool>();

}  // namespace nightjar::cuda
