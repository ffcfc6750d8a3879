// Convolution in fp32 on any device and of any kind: size, strides, dilation, groups, odd channel counts;
// fp32 or fp16 in memory. An implicit matrix product (geometry.h), register tiled (simt_tile.cuh): a tile of
// the picture on the left, 128 pixels, and one of the weights on the right, 64 filters. Small grids are cut
// along the sum (split_k.cuh).
#include "kernels/cuda/conv/simt_tile.cuh"
#include "kernels/cuda/manifest.h"

namespace nightjar::cuda {
namespace {

using namespace simt_tile;

// 128 threads x (8 x 8 sums + 16 operands + 16 picture and 8 weight values on their way) < 168 registers: 3
// blocks.
constexpr int tile_pixels = rows, tile_filters = columns, tile_k = steps;
// 128 FMA units a multiprocessor, of which loads and address arithmetic should leave about two thirds: an
// estimate, which ranks candidates.
constexpr ConvTile conv_tile{tile_pixels, tile_filters, tile_k, 3, 85};
constexpr int max_splits = 16;

constexpr int picture_floats = left_floats, weight_floats = right_floats;

template <class T>
struct SimtArguments {
  ConvGeometry g;
  Global<const T> in;
  Global<const float> weights;  // (group, k, filter), padded to whole tiles
  int padded_filters, group_elements;
  ConvOutput<T> output;
  SplitWorkspace workspace;
};

// One thread's share of the two tiles of a step, on its way from global to shared memory: the 16 positions of
// the sum for its own pixel, and 8 weights.
struct Staged {
  Pack<float, 4> picture[tile_k / 4], weights[2];
};

// Reads in packs of `width` channels, 4 or 1.
template <class T, int width>
NIGHTJAR_DEVICE void load_picture(const SimtArguments<T>& a, const ConvGeometry::Window& window, bool exists,
                                  int base, int step, Staged& staged) {
#pragma unroll
  for (int i = 0; i < tile_k; i += width) {
    const int k = step * tile_k + i;
    Pack<T, width> values{};
    if (exists && k < a.g.k) {
      const ConvGeometry::Tap tap = a.g.tap(k);
      const int y = window.y + tap.y, x = window.x + tap.x;
      if (y >= 0 && y < a.g.in_h && x >= 0 && x < a.g.in_w) {
        values = load<width>(a.in + (base + (y * a.g.in_w + x) * a.g.in_pixel + tap.channel));
      }
    }
#pragma unroll
    for (int j = 0; j < width; ++j) staged.picture[(i + j) / 4].v[(i + j) % 4] = to_float(values.v[j]);
  }
}

NIGHTJAR_DEVICE void load_weights(Global<const float> weights, int padded_filters, int step, Staged& staged) {
#pragma unroll
  for (int i = 0; i < 2; ++i) {
    const int at = (i * threads + static_cast<int>(threadIdx.x)) * 4;
    staged.weights[i] =
        load<4>(weights + ((step * tile_k + at / tile_filters) * padded_filters + at % tile_filters));
  }
}

// Picture as (k, pixel), weights as (k, filter): both are read along their second index.
NIGHTJAR_DEVICE void store_staged(const Staged& staged, Shared<float> picture, Shared<float> weights) {
  const int thread = static_cast<int>(threadIdx.x);
#pragma unroll
  for (int i = 0; i < tile_k; ++i) picture[i * tile_pixels + thread] = staged.picture[i / 4].v[i % 4];
#pragma unroll
  for (int i = 0; i < 2; ++i) store<4>(weights + (i * threads + thread) * 4, staged.weights[i]);
}

template <class T, int width>
__global__ void __launch_bounds__(threads, 3) conv_simt_kernel(const SimtArguments<T> a) {
  const ConvGeometry& g = a.g;
  const int first_pixel = static_cast<int>(blockIdx.x) * tile_pixels;
  const int first_filter = static_cast<int>(blockIdx.y) * tile_filters;
  const int group = static_cast<int>(blockIdx.z) / g.splits, split = static_cast<int>(blockIdx.z) % g.splits;

  const int pixel = first_pixel + static_cast<int>(threadIdx.x);
  const bool exists = pixel < g.pixels;
  const ConvGeometry::Window window = g.window(pixel);
  const int base = window.image * g.in_h * g.in_w * g.in_pixel + group * g.channels;
  const Global<const float> weights = a.weights + (group * a.group_elements + first_filter);

  float sums[8][8] = {};
  Staged staged;
  const int begin = g.first_step(split), end = g.first_step(split + 1);
  load_picture<T, width>(a, window, exists, base, begin, staged);
  load_weights(weights, a.padded_filters, begin, staged);
  for (int step = begin; step < end; ++step) {
    const int stage = (step - begin) % 2 * stage_bytes;
    const Shared<float> picture = shared_memory<float>(stage, picture_floats);
    const Shared<float> filters = shared_memory<float>(stage + picture_floats * 4, weight_floats);
    store_staged(staged, picture, filters);
    __syncthreads();  // one is enough: who stores two steps later has passed the next one, after all finished
                      // reading
    if (step + 1 < end) {
      load_picture<T, width>(a, window, exists, base, step + 1, staged);
      load_weights(weights, a.padded_filters, step + 1, staged);
    }
    multiply_tiles(picture, filters, sums);
  }

  const Shared<float> tile = put_down(sums);
  if (!meet(a.workspace, tile, group, split, g.splits)) return;
  store_tile<tile_pixels, tile_filters, threads>(a.output, tile, first_pixel, g.pixels,
                                                 group * g.filters + first_filter, g.filters - first_filter);
}

struct ConvSimt : OneLaunch<SimtArguments<float>> {
  using Op = ops::Conv;
  static constexpr const char* name = "conv_simt_fp32";
  static constexpr bool depends_on_batch = true;  // by the number of splits

  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    return accepts_all(in, op.residual ? 2 : 1, out);
  }
  static ConvSchedule schedule(const Op& op, const Tensor& out, const Device& device) {
    return conv_schedule(op, out.batch, bytes_of(out.type), conv_tile, max_splits, device);
  }
  static double microseconds(const Op& op, const Tensor& out, const Device& device) {
    return schedule(op, out, device).microseconds;
  }
  static std::int64_t workspace_bytes(const Op& op, const Tensor& out, const Device& device) {
    return split_workspace_bytes(conv_tiles(op, out.batch, conv_tile), conv_tile,
                                 schedule(op, out, device).splits);
  }
  static std::int64_t packed_bytes(const Op& op) { return packed_weights(op, conv_tile).bytes(op.groups, 4); }
  static void pack(const Op& op, Weights arrays, void* packed) {
    const PackedWeights p = packed_weights(op, conv_tile);
    pack_bias(op, arrays[1], packed);
    auto* to = p.weights<float>(packed);
    for (std::int64_t i = 0; i < op.groups * p.group_elements; ++i) to[i] = 0;
    each_weight(op, arrays[0], [&](int group, int filter, int k, float weight) {
      to[group * p.group_elements + std::int64_t{k} * p.padded_filters + filter] = weight;
    });
  }

  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_type(call.out().type,
                     [&](auto type) { return prepare_as<decltype(type)>(op, call, prepared); });
  }
  template <class T>
  static Status prepare_as(const Op& op, const Call& call, Prepared& prepared) {
    const Tensor& in = call.in[0];
    const int splits = schedule(op, call.out(), call.device).splits;
    const PackedWeights p = packed_weights(op, conv_tile);
    SimtArguments<T> a{};
    a.g = conv_geometry(op, in, call.out(), conv_tile, splits);
    a.in = static_cast<const T*>(in.data);
    a.weights = p.weights<float>(call.packed);
    a.padded_filters = p.padded_filters;
    a.group_elements = static_cast<int>(p.group_elements);
    a.output = conv_output<T>(op, call);
    a.workspace = split_workspace(call.workspace);
    const Launch shape{
        dim3(ceil_div(a.g.pixels, tile_pixels), ceil_div(a.g.filters, tile_filters), op.groups * splits),
        dim3(threads), shared_bytes};
    const bool packs = a.g.channels % 4 == 0 && in.pixel % 4 == 0 && aligned(in.data);
    return prepared.prepare(packs ? conv_simt_kernel<T, 4> : conv_simt_kernel<T, 1>, shape, a);
  }
};

}  // namespace

const CudaKernel conv_simt = cuda_kernel<ConvSimt>();

}  // namespace nightjar::cuda
