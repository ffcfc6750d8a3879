// Softmax over slices of the flattened tensor. A block takes one slice of one image: each thread a share of
// it, sums and maxima through shared memory, always in the same order. The blocks behind the slices copy what
// is in none.
#include "kernels/cuda/manifest.h"
#include "kernels/cuda/vector/flat.cuh"
#include "kernels/ops/softmax.h"

#include <numeric>

namespace nightjar::cuda {
namespace {

constexpr int threads = 256;

// Of the block's values: the largest, or the sum. Barriers lie before and after. `scratch`: `threads` floats.
template <bool maximum>
NIGHTJAR_DEVICE float reduce(Shared<float> scratch, float value) {
  const int thread = static_cast<int>(threadIdx.x);
  scratch[thread] = value;
  __syncthreads();
  for (int step = threads / 2; step > 0; step /= 2) {
    if (thread < step) {
      const float own = scratch[thread], other = scratch[thread + step];
      scratch[thread] = maximum ? fmaxf(own, other) : own + other;
    }
    __syncthreads();
  }
  const float result = scratch[0];
  __syncthreads();
  return result;
}

template <class T>
struct SoftmaxArguments {
  FlatView<const T> in;
  FlatView<T> out;
  // Where the slices begin, and the last one ends: `groups` of them, which repeat after `period` values.
  Global<const int> bounds;
  int groups, period;
  int slices, sliced, values;  // slices of an image, values in them, and all
  float temperature;
};

template <class T>
__global__ void __launch_bounds__(threads) softmax_kernel(const SoftmaxArguments<T> a) {
  const int thread = static_cast<int>(threadIdx.x), slice = static_cast<int>(blockIdx.x),
            n = static_cast<int>(blockIdx.y);
  if (slice >= a.slices) {
    const int i = a.sliced + (slice - a.slices) * threads + thread;
    if (i < a.values) a.out.at(n, i)[0] = a.in.at(n, i)[0];
    return;
  }
  const int period = slice / a.groups * a.period, group = slice % a.groups;
  const int first = period + a.bounds[group], last = period + a.bounds[group + 1];
  const Shared<float> scratch = shared_memory<float>(0, threads);
  float largest = -3.402823466e38f, sum = 0.f;
  for (int i = first + thread; i < last; i += threads) largest = fmaxf(largest, to_float(a.in.at(n, i)[0]));
  largest = reduce<true>(scratch, largest);
  for (int i = first + thread; i < last; i += threads)
    sum += expf((to_float(a.in.at(n, i)[0]) - largest) / a.temperature);
  sum = reduce<false>(scratch, sum);
  for (int i = first + thread; i < last; i += threads) {
    a.out.at(n, i)[0] = from_float<T>(expf((to_float(a.in.at(n, i)[0]) - largest) / a.temperature) / sum);
  }
}

struct Softmax : OneLaunch<SoftmaxArguments<float>> {
  using Op = ops::Softmax;
  static constexpr const char* name = "softmax";

  static std::vector<int> sizes(const Op& op) {
    if (!op.group_sizes.empty()) return op.group_sizes;
    return {static_cast<int>(op.sliced() / op.groups)};
  }
  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return accepts_all(in, 1, out); }
  static int period(const Op& op) {
    const std::vector<int> all = sizes(op);
    return std::accumulate(all.begin(), all.end(), 0);
  }
  static double microseconds(const Op& op, const Tensor& out, const Device&) {
    return 5 + double(op.shape.size()) * out.batch * 4 / 1e6;
  }
  static std::int64_t packed_bytes(const Op& op) {
    return std::int64_t{4} * static_cast<std::int64_t>(sizes(op).size() + 1);
  }
  static void pack(const Op& op, Weights, void* packed) {
    auto* to = static_cast<int*>(packed);
    *to = 0;
    for (const int size : sizes(op)) to[1] = to[0] + size, ++to;
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_type(call.out().type, [&](auto type) {
      using T = decltype(type);
      const int groups = static_cast<int>(sizes(op).size());
      const SoftmaxArguments<T> a{FlatView<const T>(call.in[0]),
                                  FlatView<T>(call.out()),
                                  call.packed_as<int>(),
                                  groups,
                                  period(op),
                                  static_cast<int>(op.sliced() / period(op)) * groups,
                                  static_cast<int>(op.sliced()),
                                  static_cast<int>(op.shape.size()),
                                  op.temperature};
      const int copying = ceil_div(a.values - a.sliced, threads);
      const Launch shape{dim3(a.slices + copying, call.out().batch), dim3(threads), threads * 4};
      return prepared.prepare(softmax_kernel<T>, shape, a);
    });
  }
};

}  // namespace

const CudaKernel softmax = cuda_kernel<Softmax>();

}  // namespace nightjar::cuda
