// A convolution as a matrix product ("implicit GEMM"): rows are output pixels (image by image), columns the
// filters of one group, and the sum runs over k = (ky*size + kx) * channels + c, channels innermost, as NHWC
// stores them. What the host computes once so that a thread finds its pixels with a few instructions, and how
// the product is cut into tiles.
#pragma once

#include "kernels/cuda/divider.h"
#include "kernels/cuda/kernel.h"
#include "kernels/ops/conv.h"

namespace nightjar::cuda {

struct ConvGeometry {
  int in_h, in_w, in_pixel;  // of a pixel, elements
  int size, stride_x, stride_y, pad_x, pad_y, dilation;
  int channels, filters, groups;  // of one group; the number of groups
  int pixels;                     // rows of the product: batch * out.h * out.w
  int k;                          // size * size * channels
  int k_tiles, splits;            // steps along k; into how many ranges they are cut, a block each
  Divider by_plane, by_row;       // out.h * out.w; out.w
  Divider by_channels, by_size;

  // Top left cell of the window of an output pixel; may lie outside the image.
  struct Window {
    int image, y, x;
  };
  NIGHTJAR_BOTH Window window(int pixel) const {
    Window w;
    w.image = by_plane.divide(pixel, pixel);
    w.y = by_row.divide(pixel, w.x);
    w.y = w.y * stride_y - pad_y;
    w.x = w.x * stride_x - pad_x;
    return w;
  }

  // What lies at position k of the sum: cells right of and below the window's corner, and the channel.
  struct Tap {
    int y, x, channel;
  };
  NIGHTJAR_BOTH Tap tap(int position) const {
    Tap t;
    t.y = by_size.divide(by_channels.divide(position, t.channel), t.x);
    t.y *= dilation;
    t.x *= dilation;
    return t;
  }

  // The steps along k of one split: [first, last), never empty while splits <= k_tiles.
  NIGHTJAR_BOTH int first_step(int split) const {
    return static_cast<int>(static_cast<std::int64_t>(k_tiles) * split / splits);
  }
};

// A kernel's tile of the product: pixels x filters, `k` steps of the sum at once.
struct ConvTile {
  int pixels, filters, k;
  int blocks_per_multiprocessor;  // its occupancy
  double macs_per_cycle;  // of a multiprocessor, when full; from the data sheet, less what is usually lost
};

ConvGeometry conv_geometry(const ops::Conv& op, const Tensor& in, const Tensor& out, const ConvTile& tile,
                           int splits);

// How many blocks best share a tile's sum so that a small grid still fills the device.
struct ConvSchedule {
  int splits = 1;
  double microseconds = 0;
};
ConvSchedule conv_schedule(const ops::Conv& op, int batch, int element_bytes, const ConvTile& tile,
                           int max_splits, const Device& device);

// Tiles of the output: split_k.cuh has a ticket for each among the workspace's zeros, then `splits` partial
// tiles of floats each.
std::int64_t conv_tiles(const ops::Conv& op, int batch, const ConvTile& tile);
std::int64_t split_workspace_bytes(std::int64_t tiles, const ConvTile& tile, int splits);

// Weights as the tiled kernels read them: bias (all filters, rounded up to 64, floats), then for each group a
// matrix of padded_filters x padded_k values, zeros where it is padded.
struct PackedWeights {
  int padded_filters, padded_k;
  std::int64_t bias_bytes, group_elements;
  std::int64_t bytes(int groups, int element_bytes) const {
    return bias_bytes + groups * group_elements * element_bytes;
  }
  std::int64_t bias_floats() const { return bias_bytes / 4; }
  // Where they start in what was packed.
  template <class T>
  const T* weights(const void* packed) const {
    return reinterpret_cast<const T*>(static_cast<const unsigned char*>(packed) + bias_bytes);
  }
  template <class T>
  T* weights(void* packed) const {
    return const_cast<T*>(weights<T>(static_cast<const void*>(packed)));
  }
};
PackedWeights packed_weights(const ops::Conv& op, const ConvTile& tile);
void pack_bias(const ops::Conv& op, const float* bias, void* packed);  // null: zeros

// Calls put(group, filter, k, weight) for every weight of Darknet's (N, C/G, size, size).
template <class Put>
void each_weight(const ops::Conv& op, const float* weights, Put put) {
  const int channels = op.in.c / op.groups, filters = op.out.c / op.groups, taps = op.size * op.size;
  for (int f = 0; f < op.out.c; ++f)
    for (int c = 0; c < channels; ++c)
      for (int t = 0; t < taps; ++t) put(f / filters, f % filters, t * channels + c, *weights++);
}

}  // namespace nightjar::cuda
