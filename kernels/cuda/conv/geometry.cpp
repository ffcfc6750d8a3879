#include "kernels/cuda/conv/geometry.h"

#include <algorithm>
#include <cstring>

namespace nightjar::cuda {
namespace {

// Whole waves of blocks, each as long as one block's share of the sum plus what every block pays, or the time
// the bytes take if that is longer.
double conv_microseconds(const ops::Conv& op, int batch, int element_bytes, const ConvTile& tile, int splits,
                         const Device& device) {
  constexpr double cycles_per_us = 1700, bytes_per_us = 3e6, launch_us = 2;
  constexpr double block_cycles = 1500;  // first loads until the pipeline is full, and the epilogue
  constexpr double split_cycles =
      12000;  // the partial sums of a tile put down, and added: 10 us more on an H100
  const int k_tiles = ceil_div(op.size * op.size * (op.in.c / op.groups), tile.k);
  const std::int64_t at_once = std::int64_t{device.multiprocessors} * tile.blocks_per_multiprocessor;
  const double step_cycles =
      double(tile.pixels) * tile.filters * tile.k * tile.blocks_per_multiprocessor / tile.macs_per_cycle;
  const double elements = double(batch) * double(op.in.size() + op.out.size() * (op.residual ? 2 : 1)) +
                          double(op.out.c) * (op.in.c / op.groups) * op.size * op.size;
  const std::int64_t blocks = conv_tiles(op, batch, tile) * splits, waves = (blocks + at_once - 1) / at_once;
  // A multiprocessor that has fewer blocks than it can hold gives each a larger share.
  const double crowd = std::min(1., double(blocks) / double(at_once));
  const double busy = std::max(crowd, 1. / tile.blocks_per_multiprocessor);
  const double block =
      ceil_div(k_tiles, splits) * step_cycles * busy + block_cycles + (splits > 1 ? split_cycles : 0);
  const double partials = splits > 1 ? 2. * double(blocks) * tile.pixels * tile.filters * 4 : 0;
  return launch_us + std::max(double(waves) * block / cycles_per_us,
                              (elements * element_bytes + partials) / bytes_per_us);
}

}  // namespace

ConvGeometry conv_geometry(const ops::Conv& op, const Tensor& in, const Tensor& out, const ConvTile& tile,
                           int splits) {
  ConvGeometry g{};
  g.in_h = op.in.h, g.in_w = op.in.w, g.in_pixel = in.pixel;
  g.size = op.size, g.stride_x = op.stride_x, g.stride_y = op.stride_y;
  g.pad_x = g.pad_y = op.pad, g.dilation = op.dilation;
  g.channels = op.in.c / op.groups, g.filters = op.out.c / op.groups, g.groups = op.groups;
  g.pixels = static_cast<int>(out.pixels());
  g.k = op.size * op.size * g.channels;
  g.k_tiles = ceil_div(g.k, tile.k);
  g.splits = splits;
  g.by_plane = Divider(op.out.h * op.out.w);
  g.by_row = Divider(op.out.w);
  g.by_channels = Divider(g.channels);
  g.by_size = Divider(op.size);
  return g;
}

std::int64_t conv_tiles(const ops::Conv& op, int batch, const ConvTile& tile) {
  const std::int64_t rows = (std::int64_t{batch} * op.out.h * op.out.w + tile.pixels - 1) / tile.pixels;
  return rows * ceil_div(op.out.c / op.groups, tile.filters) * op.groups;
}

ConvSchedule conv_schedule(const ops::Conv& op, int batch, int element_bytes, const ConvTile& tile,
                           int max_splits, const Device& device) {
  const int k_tiles = ceil_div(op.size * op.size * (op.in.c / op.groups), tile.k);
  // A grid with more tiles than there is room for tickets fills any device.
  const bool has_tickets = conv_tiles(op, batch, tile) * 4 <= workspace_zeros;
  const int most_splits = has_tickets ? std::min(max_splits, k_tiles) : 1;
  ConvSchedule best;
  for (int splits = 1; splits <= most_splits; splits *= 2) {
    const double us = conv_microseconds(op, batch, element_bytes, tile, splits, device);
    if (splits == 1 || us < best.microseconds) best = {splits, us};
  }
  return best;
}

std::int64_t split_workspace_bytes(std::int64_t tiles, const ConvTile& tile, int splits) {
  if (splits == 1) return 0;
  return workspace_zeros + tiles * splits * tile.pixels * tile.filters * std::int64_t{4};
}

PackedWeights packed_weights(const ops::Conv& op, const ConvTile& tile) {
  PackedWeights p;
  p.padded_filters = round_up(op.out.c / op.groups, tile.filters);
  p.padded_k = round_up(op.size * op.size * (op.in.c / op.groups), tile.k);
  p.bias_bytes = std::int64_t{round_up(op.out.c, 64)} * 4;
  p.group_elements = std::int64_t{p.padded_filters} * p.padded_k;
  return p;
}

void pack_bias(const ops::Conv& op, const float* bias, void* packed) {
  auto* to = static_cast<float*>(packed);
  std::memset(to, 0, static_cast<std::size_t>(round_up(op.out.c, 64)) * 4);
  if (bias) std::copy_n(bias, op.out.c, to);
}

}  // namespace nightjar::cuda
