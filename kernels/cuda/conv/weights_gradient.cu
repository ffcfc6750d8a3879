// Gradients of a convolution's weights (weights_gradient.cuh), of any kind, multiplied in fp32: register
// tiled (simt_tile.cuh).
#include "kernels/cuda/conv/weights_gradient.cuh"

#include "kernels/cuda/conv/simt_tile.cuh"
#include "kernels/cuda/manifest.h"

namespace nightjar::cuda {
namespace {

using namespace simt_tile;

constexpr ConvTile product_tile{rows, columns, steps, 3, 85};

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

template <int width, class T>
NIGHTJAR_DEVICE void load_picture(const WeightsGradientArguments<T>& a, const OwnTaps<width>& own, int group,
                                  int first_pixel, Staged& staged) {
  const ConvGeometry& g = a.g;
#pragma unroll
  for (int i = 0; i < steps / 4; ++i) {
    const int pixel = first_pixel + i * 4 + static_cast<int>(threadIdx.x) / 32;
    const ConvGeometry::Window window = g.window(pixel);
#pragma unroll
    for (int j = 0; j < 4 / width; ++j) {
      const int y = window.y + own.taps[j].y, x = window.x + own.taps[j].x;
      Pack<T, width> values{};
      if (pixel < g.pixels && own.exist[j] && y >= 0 && y < g.in_h && x >= 0 && x < g.in_w) {
        const int cell = (window.image * g.in_h + y) * g.in_w + x;
        values = load<width>(a.image.at(cell, group * g.channels + own.taps[j].channel));
      }
#pragma unroll
      for (int v = 0; v < width; ++v) staged.picture[i].v[j * width + v] = to_float(values.v[v]);
    }
  }
}

template <int width, class T>
NIGHTJAR_DEVICE void load_gradient(const WeightsGradientArguments<T>& a, int group, int first_filter,
                                   int first_pixel, Staged& staged) {
#pragma unroll
  for (int i = 0; i < 2; ++i) {
    const int at = (i * threads + static_cast<int>(threadIdx.x)) * 4;
    const int pixel = first_pixel + at / columns;
#pragma unroll
    for (int j = 0; j < 4; j += width) {
      const int filter = first_filter + at % columns + j;
      Pack<T, width> values{};
      if (pixel < a.g.pixels && filter < a.g.filters)
        values = load<width>(a.gradient.at(pixel, group * a.g.filters + filter));
#pragma unroll
      for (int v = 0; v < width; ++v) staged.gradient[i].v[j + v] = to_float(values.v[v]);
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

template <class T, int picture_width, int gradient_width>
__global__ void __launch_bounds__(threads, 3)
    conv_weights_gradient_kernel(const WeightsGradientArguments<T> a) {
  const ConvGeometry& g = a.g;
  const int first_k = static_cast<int>(blockIdx.x) * rows,
            first_filter = static_cast<int>(blockIdx.y) * columns;
  const int group = static_cast<int>(blockIdx.z) / g.splits, split = static_cast<int>(blockIdx.z) % g.splits;
  const OwnTaps<picture_width> own = own_taps<picture_width>(g, first_k);

  float sums[8][8] = {};
  Staged staged;
  const int begin = a.first_step(split, steps), end = a.first_step(split + 1, steps);
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
  add_tile<rows, columns, threads>(a, tile, group, first_k, first_filter);
}

struct ConvWeightsGradient : OneLaunch<WeightsGradientArguments<float>> {
  using Op = ops::ConvWeightsGradient;
  static constexpr const char* name = "conv_weights_gradient";
  static constexpr bool depends_on_batch = true;

  static bool accepts(const Op& op, const Tensor* in, const Tensor* outs) {
    return accepts_operands(op, in, outs);
  }
  static WeightsProduct product(const Op& op) { return {op.conv, product_tile}; }
  static double microseconds(const Op& op, const Tensor&, const Device& device) {
    return product(op).microseconds(device);
  }
  static std::int64_t workspace_bytes(const Op& op, const Tensor&, const Device& device) {
    return product(op).workspace_bytes(device);
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_type(call.in[0].type,
                     [&](auto type) { return prepare_as<decltype(type)>(op, call, prepared); });
  }

 private:
  template <class T>
  static Status prepare_as(const Op& op, const Call& call, Prepared& prepared) {
    const auto a = product(op).arguments<T>(call);
    const Tensor &image = call.in[0], &gradient = call.in[1];
    const Launch shape{product(op).grid(call.device), dim3(threads), shared_bytes};
    const bool picture_packs = a.g.channels % 4 == 0 && image.pixel % 4 == 0 && aligned(image.data);
    const bool gradient_packs = a.g.filters % 4 == 0 && gradient.pixel % 4 == 0 && aligned(gradient.data);
    if (!picture_packs)
      return prepared.prepare(
          gradient_packs ? conv_weights_gradient_kernel<T, 1, 4> : conv_weights_gradient_kernel<T, 1, 1>,
          shape, a);
    return prepared.prepare(
        gradient_packs ? conv_weights_gradient_kernel<T, 4, 4> : conv_weights_gradient_kernel<T, 4, 1>, shape,
        a);
  }
};

}  // namespace

const CudaKernel conv_weights_gradient = cuda_kernel<ConvWeightsGradient>();

}  // namespace nightjar::cuda
