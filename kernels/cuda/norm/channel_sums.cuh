// Sums over the pixels of a batch, by channel, always in the same order: blocks sum parts of the pixels, a
// warp every eighth pixel, a lane a channel; who finishes adds up the parts. In double, so that neither the
// number of pixels nor the order shows.
#pragma once

#include "kernels/cuda/device.cuh"

#include <algorithm>

namespace nightjar::cuda {

constexpr int sum_warps = 8, finish_threads = 128;
constexpr int most_parts = 128;  // of the pixels

// What was summed: `count` sums of each of some items, by parts and channels.
struct PartialSums {
  Global<double> sums;  // (items, parts, count, channels)
  int parts, count, channels;

  NIGHTJAR_DEVICE std::int64_t place(int item, int part, int number, int channel) const {
    return ((static_cast<std::int64_t>(item) * parts + part) * count + number) * channels + channel;
  }
  NIGHTJAR_DEVICE double total(int item, int number, int channel) const {
    double total = 0;
    for (int part = 0; part < parts; ++part) total += sums[place(item, part, number, channel)];
    return total;
  }
};

inline std::int64_t partial_sums_bytes(int items, int count, int channels) {
  return workspace_zeros + std::int64_t{8} * items * most_parts * count * channels;
}

// Behind the workspace's zeros.
inline PartialSums partial_sums(void* workspace, const Tensor& over, int count) {
  const auto pixels = over.pixels();
  PartialSums p{};
  p.sums = workspace_at<double>(workspace);
  p.parts =
      static_cast<int>(std::min<std::int64_t>(most_parts, (pixels + 4 * sum_warps - 1) / (4 * sum_warps)));
  p.count = count, p.channels = over.shape.c;
  return p;
}

// `Term` has the number of its sums, `count`, at most `sum_warps`, and
//   void add(int item, int pixel, int channel, double (&sums)[count]) const
template <class Term>
struct ChannelSumsArguments {
  Term term;
  int pixels;
  PartialSums partials;
};

template <class Term>
__global__ void __launch_bounds__(32 * sum_warps) channel_sums_kernel(const ChannelSumsArguments<Term> a) {
  constexpr int count = Term::count;
  const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
  const int channel = static_cast<int>(blockIdx.x) * 32 + lane, part = static_cast<int>(blockIdx.y),
            item = static_cast<int>(blockIdx.z);
  const bool exists = channel < a.partials.channels;
  const auto first_pixel = [&](int number) {
    return static_cast<int>(static_cast<std::int64_t>(a.pixels) * number / a.partials.parts);
  };
  double own[count] = {};
  if (exists) {
    for (int pixel = first_pixel(part) + warp; pixel < first_pixel(part + 1); pixel += sum_warps)
      a.term.add(item, pixel, channel, own);
  }
  const Shared<double> sums = shared_memory<double>(0, count * sum_warps * 32);
#pragma unroll
  for (int i = 0; i < count; ++i) sums[(i * sum_warps + warp) * 32 + lane] = own[i];
  __syncthreads();
  if (warp >= count || !exists) return;
  double total = 0;
  for (int i = 0; i < sum_warps; ++i) total += sums[(warp * sum_warps + i) * 32 + lane];
  a.partials.sums[a.partials.place(item, part, warp, channel)] = total;
}

template <class Term>
using ChannelSumsLaunch = PreparedLaunch<sizeof(ChannelSumsArguments<Term>)>;

template <class Term>
Status prepare_channel_sums(const Term& term, const Tensor& over, const PartialSums& partials, int items,
                            ChannelSumsLaunch<Term>& prepared) {
  static_assert(Term::count <= sum_warps);
  const ChannelSumsArguments<Term> a{term, static_cast<int>(over.pixels()), partials};
  const Launch shape{dim3(ceil_div(over.shape.c, 32), partials.parts, items), dim3(32 * sum_warps),
                     Term::count * sum_warps * 32 * 8};
  return prepared.prepare(channel_sums_kernel<Term>, shape, a);
}

// A thread for each channel.
inline Launch finish_launch(int channels) {
  return {dim3(ceil_div(channels, finish_threads)), dim3(finish_threads)};
}
NIGHTJAR_DEVICE int own_channel() {
  return static_cast<int>(blockIdx.x) * finish_threads + static_cast<int>(threadIdx.x);
}

// Bytes over bandwidth, for kernels that go over `tensors` like `t` and are `launches`.
inline double sums_microseconds(const Tensor& t, int tensors, int launches) {
  return 2. * launches + double(t.pixels()) * t.shape.c * 4 * tensors / 3e6;
}

}  // namespace nightjar::cuda
