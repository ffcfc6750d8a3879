// Gradients of a convolution's weights, of any kind, in fp32: as a matrix product, (k, pixel) of the picture
// times (pixel, filter) of the gradient, k = (tap, channel) as in geometry.h, register tiled (simt_tile.cuh).
// Where there are few filters and taps, many blocks share the sum over pixels (split_k.cuh); how many does
// not depend on the batch.
#include "kernels/cuda/conv/simt_tile.cuh"
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/gradients/conv_weights_gradient.h"

#include <algorithm>

namespace nightjar::cuda {
namespace {

using namespace simt_tile;

constexpr ConvTile product_tile{rows, columns, steps, 3, 85};
constexpr int max_splits = 64;
constexpr int least_pixels = 64;  // of an image, that are worth a block

struct GradientArguments {
  ConvGeometry g;
  View<const float> image, gradient;
  Global<const float> so_far;
  Global<float> out;  // (filter, channel, tap)
  int taps;
  SplitWorkspace workspace;
};

// A thread's share of the two tiles of a step: 4 positions of k for every fourth pixel, and 4 filters of two
// pixels.
struct Staged {
  Pack<float, 4> picture[steps / 4], gradient[2];
};

// The positions of k that a thread reads, which stay the same.
template <int width>
struct OwnTaps {
  ConvGeometry::Tap taps[4 / width];
  bool exist[4 / width];
};
template <int width>
NIGHTJAR_DEVICE OwnTaps<width> own_taps(const ConvGeometry& g, int first_k) {
  OwnTaps<width> own;
#pragma unroll
  for (int i = 0; i < 4 / width; ++i) {
    const int k = first_k + static_cast<int>(threadIdx.x) % 32 * 4 + i * width;
    own.taps[i] = g.tap(k);
    own.exist[i] = k < g.k;
  }
  return own;
}

template <int width>
NIGHTJAR_DEVICE void load_picture(const GradientArguments& a, const OwnTaps<width>& own, int group,
                                  int first_pixel, Staged& staged) {
  const ConvGeometry& g = a.g;
#pragma unroll
  for (int i = 0; i < steps / 4; ++i) {
    const int pixel = first_pixel + i * 4 + static_cast<int>(threadIdx.x) / 32;
    const ConvGeometry::Window window = g.window(pixel);
#pragma unroll
    for (int j = 0; j < 4 / width; ++j) {
      const int y = window.y + own.taps[j].y, x = window.x + own.taps[j].x;
      Pack<float, width> values{};
      if (pixel < g.pixels && own.exist[j] && y >= 0 && y < g.in_h && x >= 0 && x < g.in_w) {
        const int cell = (window.image * g.in_h + y) * g.in_w + x;
        values = load<width>(a.image.at(cell, group * g.channels + own.taps[j].channel));
      }
#pragma unroll
      for (int v = 0; v < width; ++v) staged.picture[i].v[j * width + v] = values.v[v];
    }
  }
}

template <int width>
NIGHTJAR_DEVICE void load_gradient(const GradientArguments& a, int group, int first_filter, int first_pixel,
                                   Staged& staged) {
#pragma unroll
  for (int i = 0; i < 2; ++i) {
    const int at = (i * threads + static_cast<int>(threadIdx.x)) * 4;
    const int pixel = first_pixel + at / columns;
#pragma unroll
    for (int j = 0; j < 4; j += width) {
      const int filter = first_filter + at % columns + j;
      Pack<float, width> values{};
      if (pixel < a.g.pixels && filter < a.g.filters)
        values = load<width>(a.gradient.at(pixel, group * a.g.filters + filter));
#pragma unroll
      for (int v = 0; v < width; ++v) staged.gradient[i].v[j + v] = values.v[v];
    }
  }
}

NIGHTJAR_DEVICE void store_staged(const Staged& staged, Shared<float> picture, Shared<float> gradient) {
  const int thread = static_cast<int>(threadIdx.x);
#pragma unroll
  for (int i = 0; i < steps / 4; ++i)
    store<4>(picture + ((i * 4 + thread / 32) * rows + thread % 32 * 4), staged.picture[i]);
#pragma unroll
  for (int i = 0; i < 2; ++i) store<4>(gradient + (i * threads + thread) * 4, staged.gradient[i]);
}

// The tile's sums, added to those so far.
NIGHTJAR_DEVICE void add_tile(const GradientArguments& a, Shared<const float> tile, int group, int first_k,
                              int first_filter) {
  for (int i = static_cast<int>(threadIdx.x); i < rows * columns; i += threads) {
    const int row = i % rows, column = i / rows, k = first_k + row, filter = first_filter + column;
    if (k >= a.g.k || filter >= a.g.filters) continue;
    int channel;
    const int tap = a.g.by_channels.divide(k, channel);
    const std::int64_t to =
        (static_cast<std::int64_t>(group * a.g.filters + filter) * a.g.channels + channel) * a.taps + tap;
    a.out[to] = a.so_far[to] + tile[row * tile_stride(columns) + column];
  }
}

template <int picture_width, int gradient_width>
__global__ void __launch_bounds__(threads, 3) conv_weights_gradient_kernel(const GradientArguments a) {
  const ConvGeometry& g = a.g;
  const int first_k = static_cast<int>(blockIdx.x) * rows,
            first_filter = static_cast<int>(blockIdx.y) * columns;
  const int group = static_cast<int>(blockIdx.z) / g.splits, split = static_cast<int>(blockIdx.z) % g.splits;
  const int all_steps = ceil_div(g.pixels, steps);
  const auto first_step = [&](int number) {
    return static_cast<int>(static_cast<std::int64_t>(all_steps) * number / g.splits);
  };
  const OwnTaps<picture_width> own = own_taps<picture_width>(g, first_k);

  float sums[8][8] = {};
  Staged staged;
  const int begin = first_step(split), end = first_step(split + 1);
  const auto load_step = [&](int step) {
    load_picture<picture_width>(a, own, group, step * steps, staged);
    load_gradient<gradient_width>(a, group, first_filter, step * steps, staged);
  };
  if (begin < end) load_step(begin);
  for (int step = begin; step < end; ++step) {
    const int stage = (step - begin) % 2 * stage_bytes;
    const Shared<float> picture = shared_memory<float>(stage, left_floats);
    const Shared<float> gradient = shared_memory<float>(stage + left_floats * 4, right_floats);
    store_staged(staged, picture, gradient);
    __syncthreads();  // one is enough, as in conv_simt_kernel
    if (step + 1 < end) load_step(step + 1);
    multiply_tiles(picture, gradient, sums);
  }

  const Shared<float> tile = put_down(sums);
  if (!meet(a.workspace, tile, group, split, g.splits)) return;
  add_tile(a, tile, group, first_k, first_filter);
}

struct ConvWeightsGradient : OneLaunch<GradientArguments> {
  using Op = ops::ConvWeightsGradient;
  static constexpr const char* name = "conv_weights_gradient";
  static constexpr bool depends_on_batch = true;

  static bool accepts(const Op& op, const Tensor* in, const Tensor* outs) {
    return accepts_floats(op, in, outs);
  }
  static int k_of(const ops::Conv& conv) { return conv.size * conv.size * (conv.in.c / conv.groups); }
  static std::int64_t tiles(const ops::Conv& conv) {
    return std::int64_t{ceil_div(k_of(conv), rows)} * ceil_div(conv.out.c / conv.groups, columns) *
           conv.groups;
  }
  static int splits(const ops::Conv& conv, const Device& device) {
    const bool has_tickets = tiles(conv) * 4 <= workspace_zeros;
    const std::int64_t at_once =
        std::int64_t{device.multiprocessors} * product_tile.blocks_per_multiprocessor;
    const std::int64_t most = std::clamp(conv.out.h * conv.out.w / least_pixels, 1, max_splits);
    return has_tickets ? static_cast<int>(std::clamp<std::int64_t>(at_once / tiles(conv), 1, most)) : 1;
  }
  // Of one image, as the batch is not told.
  static double microseconds(const Op& op, const Tensor&, const Device& device) {
    const double cycles =
        double(tiles(op.conv)) * rows * columns * op.conv.out.h * op.conv.out.w / product_tile.macs_per_cycle;
    return 2 + cycles / (device.multiprocessors * 1700.);
  }
  static std::int64_t workspace_bytes(const Op& op, const Tensor&, const Device& device) {
    return split_workspace_bytes(tiles(op.conv), product_tile, splits(op.conv, device));
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    const Tensor &image = call.in[0], &gradient = call.in[1];
    GradientArguments a{};
    a.g = conv_geometry(op.conv, image, gradient, product_tile, splits(op.conv, call.device));
    a.image = view<const float>(image);
    a.gradient = view<const float>(gradient);
    a.so_far = static_cast<const float*>(call.in[2].data);
    a.out = static_cast<float*>(call.out().data);
    a.taps = op.conv.size * op.conv.size;
    a.workspace = split_workspace(call.workspace);
    const Launch shape{
        dim3(ceil_div(a.g.k, rows), ceil_div(a.g.filters, columns), op.conv.groups * a.g.splits),
        dim3(threads), shared_bytes};
    const bool picture_packs = a.g.channels % 4 == 0 && image.pixel % 4 == 0 && aligned(image.data);
    const bool gradient_packs = a.g.filters % 4 == 0 && gradient.pixel % 4 == 0 && aligned(gradient.data);
    if (!picture_packs)
      return prepared.prepare(
          gradient_packs ? conv_weights_gradient_kernel<1, 4> : conv_weights_gradient_kernel<1, 1>, shape, a);
    return prepared.prepare(
        gradient_packs ? conv_weights_gradient_kernel<4, 4> : conv_weights_gradient_kernel<4, 1>, shape, a);
  }
};

}  // namespace

const CudaKernel conv_weights_gradient = cuda_kernel<ConvWeightsGradient>();

}  // namespace nightjar::cuda
