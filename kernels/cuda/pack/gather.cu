// A thread takes elements that are a whole grid apart.
#include "kernels/cuda/pack/gather.h"

#include "kernels/cuda/device.cuh"

#include <algorithm>

namespace nightjar::cuda {
namespace {

constexpr int threads = 256;
constexpr std::int64_t most_blocks = 1 << 16;

template <class T>
struct GatherArguments {
  Global<const float> from;
  Global<const std::uint32_t> places;
  Global<T> to;
  std::int64_t count;
  bool rounds;
};

template <class T>
__global__ void __launch_bounds__(threads) gather_kernel(const GatherArguments<T> a) {
  const std::int64_t all = static_cast<std::int64_t>(gridDim.x) * threads;
  for (std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * threads + threadIdx.x; i < a.count;
       i += all) {
    const std::uint32_t place = a.places[i];
    float value = 0.f;
    if (place != 0) value = a.from[static_cast<std::int64_t>(place) - 1];
    a.to[i] = from_float<T>(a.rounds ? rounded_to_tf32(value) : value);
  }
}

template <class T>
Status gather_as(const Gathering& g, Stream stream) {
  const std::int64_t blocks = std::min((g.count + threads - 1) / threads, most_blocks);
  const Launch shape{dim3(static_cast<unsigned>(blocks)), dim3(threads)};
  const GatherArguments<T> a{g.from, g.places, static_cast<T*>(g.to), g.count, g.as == Precision::tf32};
  return launch(gather_kernel<T>, shape, stream, a);
}

}  // namespace

Status gather(const Gathering& g, Stream stream) {
  return g.as == Precision::fp16 ? gather_as<half>(g, stream) : gather_as<float>(g, stream);
}

}  // namespace nightjar::cuda
