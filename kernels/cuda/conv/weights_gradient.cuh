// Gradients of a convolution's weights as a matrix product: (k, pixel) of the picture times (pixel, filter)
// of the gradient, k = (tap, channel) as in geometry.h. Where there are few filters and taps, many blocks
// share the sum over pixels (split_k.cuh); how many does not depend on the batch.
#pragma once

#include <algorithm>

#include "kernels/cuda/conv/split_k.cuh"
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/ops/gradients/conv_weights_gradient.h"

namespace nightjar::cuda {

template <class T>
struct WeightsGradientArguments {
  ConvGeometry g;
  View<const T> image, gradient;
  Global<const float> so_far;
  Global<float> out;  // (filter, channel, tap)
  int taps;
  SplitWorkspace workspace;

  // The steps of so many pixels that a split takes.
  NIGHTJAR_DEVICE int first_step(int split, int step_pixels) const {
    return static_cast<int>(static_cast<std::int64_t>(ceil_div(g.pixels, step_pixels)) * split / g.splits);
  }
};

// A tile of sums, (k, filter), added to those so far.
template <int rows, int columns, int threads, class T>
NIGHTJAR_DEVICE void add_tile(const WeightsGradientArguments<T>& a, Shared<const float> tile, int group,
                              int first_k, int first_filter) {
  for (int i = static_cast<int>(threadIdx.x); i < rows * columns; i += threads) {
    const int row = i % rows, column = i / rows, k = first_k + row, filter = first_filter + column;
    if (k >= a.g.k || filter >= a.g.filters) continue;
    int channel;
    const int tap = a.g.by_channels.divide(k, channel);
    if (channel >= a.g.channels) continue;  // padding
    const std::int64_t to =
        (static_cast<std::int64_t>(group * a.g.filters + filter) * a.g.channels + channel) * a.taps + tap;
    a.out[to] = a.so_far[to] + tile[row * tile_stride(columns) + column];
  }
}

// How the product is cut: `tile` has rows of k and filters. The channels of a tap are padded to a multiple.
struct WeightsProduct {
  const ops::Conv& conv;
  const ConvTile& tile;
  int multiple = 1;

  int channels() const { return round_up(conv.in.c / conv.groups, multiple); }
  int k() const { return conv.size * conv.size * channels(); }
  std::int64_t tiles() const {
    return std::int64_t{ceil_div(k(), tile.pixels)} * ceil_div(conv.out.c / conv.groups, tile.filters) *
           conv.groups;
  }
  int splits(const Device& device) const {
    constexpr int max_splits = 64, least_pixels = 64;  // of an image, that are worth a block
    const bool has_tickets = tiles() * 4 <= workspace_zeros;
    const std::int64_t at_once = std::int64_t{device.multiprocessors} * tile.blocks_per_multiprocessor;
    const std::int64_t most = std::clamp(conv.out.h * conv.out.w / least_pixels, 1, max_splits);
    return has_tickets ? static_cast<int>(std::clamp<std::int64_t>(at_once / tiles(), 1, most)) : 1;
  }
  // Of one image, as the batch is not told.
  double microseconds(const Device& device) const {
    const double cycles =
        double(tiles()) * tile.pixels * tile.filters * conv.out.h * conv.out.w / tile.macs_per_cycle;
    return 2 + cycles / (device.multiprocessors * 1700.);
  }
  std::int64_t workspace_bytes(const Device& device) const {
    return split_workspace_bytes(tiles(), tile, splits(device));
  }
  dim3 grid(const Device& device) const {
    return dim3(static_cast<unsigned>(ceil_div(k(), tile.pixels)),
                static_cast<unsigned>(ceil_div(conv.out.c / conv.groups, tile.filters)),
                static_cast<unsigned>(conv.groups * splits(device)));
  }

  template <class T>
  WeightsGradientArguments<T> arguments(const Call& call) const {
    const Tensor &image = call.in[0], &gradient = call.in[1];
    WeightsGradientArguments<T> a{};
    a.g = conv_geometry(conv, image, gradient, tile, splits(call.device));
    a.g.k = k();
    a.g.by_channels = Divider(channels());
    a.image = view<const T>(image);
    a.gradient = view<const T>(gradient);
    a.so_far = static_cast<const float*>(call.in[2].data);
    a.out = static_cast<float*>(call.out().data);
    a.taps = conv.size * conv.size;
    a.workspace = split_workspace(call.workspace);
    return a;
  }
};

}  // namespace nightjar::cuda
