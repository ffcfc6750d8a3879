// The squares of all gradients together: a launch for each sum of gradients, whose blocks leave parts in the
// workspace; who needs the sum adds these up.
#pragma once

#include <algorithm>
#include <vector>

#include "kernels/cuda/device.cuh"

namespace nightjar::cuda {

constexpr int square_threads = 256, square_blocks = 128;  // at most so many a sum
constexpr int square_shared_bytes = square_threads * 8;

// The block's sum, in all its threads; barriers lie before and after.
NIGHTJAR_DEVICE double sum_of_block(double own) {
  const int thread = static_cast<int>(threadIdx.x);
  const Shared<double> sums = shared_memory<double>(0, square_threads);
  sums[thread] = own;
  __syncthreads();
  for (int step = square_threads / 2; step > 0; step /= 2) {
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

static __global__ void __launch_bounds__(square_threads) squares_kernel(const SquaresArguments a) {
  double sum = 0;
  const int all = static_cast<int>(gridDim.x) * square_threads;
  for (int i = static_cast<int>(blockIdx.x * square_threads + threadIdx.x); i < a.count; i += all) {
    const double value = static_cast<float>(a.values[i]);
    sum += value * value;
  }
  sum = sum_of_block(sum);
  if (threadIdx.x == 0) a.parts[static_cast<int>(blockIdx.x)] = sum;
}

// The parts that the launches left.
struct SquareParts {
  Global<const double> parts;
  int count;

  // By a whole block, in all its threads.
  NIGHTJAR_DEVICE double total() const {
    double squares = 0;
    for (int i = static_cast<int>(threadIdx.x); i < count; i += square_threads) squares += parts[i];
    return sum_of_block(squares);
  }
};

inline std::int64_t squares_bytes(std::size_t sums) {
  return workspace_zeros + std::int64_t{8} * square_blocks * static_cast<std::int64_t>(sums);
}

// Launches all, of the call's first inputs.
inline Status launch_squares(const std::vector<Shape>& sums, const Call& call, SquareParts& parts) {
  auto* to = workspace_at<double>(call.workspace);
  parts = {to, 0};
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const auto blocks = std::clamp<std::int64_t>(sums[i].size() / (4 * square_threads), 1, square_blocks);
    const SquaresArguments a{static_cast<const float*>(call.in[i].data), to + parts.count,
                             static_cast<int>(sums[i].size())};
    const Launch shape{dim3(static_cast<unsigned>(blocks)), dim3(square_threads), square_shared_bytes};
    const Status status = launch(squares_kernel, shape, call.stream, a);
    if (status != 0) return status;
    parts.count += static_cast<int>(blocks);
  }
  return 0;
}
// Of one block, behind them.
inline Launch behind_squares() {
  return {dim3(1), dim3(square_threads), square_shared_bytes};
}

}  // namespace nightjar::cuda
