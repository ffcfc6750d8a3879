// A thread takes floats that are a whole grid apart.
#include "kernels/cuda/pack/gather.h"

#include "kernels/cuda/device.cuh"

#include <algorithm>

namespace nightjar::cuda {
namespace {

constexpr int threads = 256;
constexpr std::int64_t most_blocks = 1 << 16;

struct GatherArguments {
  Global<const float> from;
  Global<const std::uint32_t> places;
  Global<float> to;
  std::int64_t count;
};

__global__ void __launch_bounds__(threads) gather_kernel(const GatherArguments a) {
  const std::int64_t all = static_cast<std::int64_t>(gridDim.x) * threads;
  for (std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * threads + threadIdx.x; i < a.count;
       i += all) {
    const std::uint32_t place = a.places[i];
    float value = 0.f;
    if (place != 0) value = a.from[static_cast<std::int64_t>(place) - 1];
    a.to[i] = value;
  }
}

}  // namespace

Status gather(const float* from, const std::uint32_t* places, float* to, std::int64_t count, Stream stream) {
  const std::int64_t blocks = std::min((count + threads - 1) / threads, most_blocks);
  const Launch shape{dim3(static_cast<unsigned>(blocks)), dim3(threads)};
  return launch(gather_kernel, shape, stream, GatherArguments{from, places, to, count});
}

}  // namespace nightjar::cuda
