// The length of all gradients together, and what it makes of the rates: a launch for each sum of gradients,
// whose blocks leave parts of its squares, and one that adds them up.
#include "kernels/cuda/device.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/updates/clip_gradients.h"

#include <algorithm>

namespace nightjar::cuda {
namespace {

constexpr int threads = 256, most_blocks = 128;

// The block's sum, in all its threads; barriers lie before and after.
NIGHTJAR_DEVICE double sum_of_block(double own) {
  const int thread = static_cast<int>(threadIdx.x);
  const Shared<double> sums = shared_memory<double>(0, threads);
  sums[thread] = own;
  __syncthreads();
  for (int step = threads / 2; step > 0; step /= 2) {
    if (thread < step) sums[thread] = sums[thread] + sums[thread + step];
    __syncthreads();
  }
  return sums[0];
}

struct SquaresArguments {
  Global<const float> values;
  Global<double> parts;  // one a block
  int count;
};

__global__ void __launch_bounds__(threads) squares_kernel(const SquaresArguments a) {
  double sum = 0;
  const int all = static_cast<int>(gridDim.x) * threads;
  for (int i = static_cast<int>(blockIdx.x * threads + threadIdx.x); i < a.count; i += all) {
    const double value = static_cast<float>(a.values[i]);
    sum += value * value;
  }
  sum = sum_of_block(sum);
  if (threadIdx.x == 0) a.parts[static_cast<int>(blockIdx.x)] = sum;
}

struct ClipArguments {
  Global<const double> parts;
  Global<const float> rates;
  Global<float> out;
  int count;
  float longest;
};

__global__ void __launch_bounds__(threads) clip_kernel(const ClipArguments a) {
  double squares = 0;
  for (int i = static_cast<int>(threadIdx.x); i < a.count; i += threads) squares += a.parts[i];
  squares = sum_of_block(squares);
  if (threadIdx.x != 0) return;
  float values[Rates::count];
  for (int i = 0; i < Rates::count; ++i) values[i] = a.rates[i];
  Rates rates = Rates::at(values);
  const double share = a.longest / (rates.share * sqrt(squares) + ops::ClipGradients::epsilon);
  const float out[] = {rates.rate,   rates.share,
                       rates.decay,  rates.momentum,
                       rates.second, rates.epsilon,
                       rates.update, rates.gradient_scale * static_cast<float>(share < 1 ? share : 1.),
                       rates.kept};
  for (int i = 0; i < Rates::count; ++i) a.out[i] = out[i];
}

struct ClipGradients : CudaKernelDefaults {
  using Op = ops::ClipGradients;
  static constexpr const char* name = "clip_gradients";
  static constexpr int shared_bytes = threads * 8;

  static int blocks(const Shape& sum) {
    return static_cast<int>(std::clamp<std::int64_t>(sum.size() / (4 * threads), 1, most_blocks));
  }
  static bool accepts(const Op& op, const Tensor* in, const Tensor* outs) {
    return accepts_floats(op, in, outs);
  }
  static double microseconds(const Op& op, const Tensor&, const Device&) {
    return 4. * static_cast<double>(op.sums.size() + 1);
  }
  static std::int64_t workspace_bytes(const Op& op, const Tensor&, const Device&) {
    return workspace_zeros + std::int64_t{8} * most_blocks * static_cast<std::int64_t>(op.sums.size());
  }
  static Status prepare(const Op&, const Call&, Prepared&) { return 0; }
  static Status launch(const Op& op, const Call& call, const Prepared&) {
    auto* parts = workspace_at<double>(call.workspace);
    int count = 0;
    for (std::size_t i = 0; i < op.sums.size(); ++i) {
      const SquaresArguments a{static_cast<const float*>(call.in[i].data), parts + count,
                               static_cast<int>(op.sums[i].size())};
      const Launch shape{dim3(blocks(op.sums[i])), dim3(threads), shared_bytes};
      const Status status = cuda::launch(squares_kernel, shape, call.stream, a);
      if (status != 0) return status;
      count += blocks(op.sums[i]);
    }
    const ClipArguments a{parts, static_cast<const float*>(call.in[op.sums.size()].data),
                          static_cast<float*>(call.out().data), count, op.longest};
    return cuda::launch(clip_kernel, Launch{dim3(1), dim3(threads), shared_bytes}, call.stream, a);
  }
};

}  // namespace

const CudaKernel clip_gradients = cuda_kernel<ClipGradients>();

}  // namespace nightjar::cuda
