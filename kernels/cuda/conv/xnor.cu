// The convolution of signs, in two launches: the inputs' signs become words of 32 channels, and an implicit
// matrix product (geometry.h) of words in place of channels counts the bits that differ.
//
// A block counts 64 pixels x 64 filters, a thread 8 x 4 of them; each step takes 8 words of either, through
// shared memory as in simt.cu. A count is one logical instruction of three operands, one that counts bits, of
// which a multiprocessor does 16 a cycle, and an addition: at best 4 times as many multiplications as of
// floats.
#include "kernels/cuda/conv/epilogue.cuh"
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/conv_xnor.h"
#include "kernels/reference/signs.h"

namespace nightjar::cuda {
namespace {

using Word = unsigned;
constexpr int word_bits = 32;

constexpr int sign_threads = 256;

template <class T>
struct SignArguments {
  View<const T> in;
  Global<Word> words;  // (pixel, word)
  int channels, count;
  Divider by_words;  // of a pixel
};

// A warp makes a word.
template <class T>
__global__ void __launch_bounds__(sign_threads) sign_kernel(const SignArguments<T> a) {
  const int lane = static_cast<int>(threadIdx.x) % 32;
  const int number = static_cast<int>(blockIdx.x) * (sign_threads / 32) + static_cast<int>(threadIdx.x) / 32;
  if (number >= a.count) return;  // whole warps
  int word;
  const int pixel = a.by_words.divide(number, word), channel = word * word_bits + lane;
  const bool positive = channel < a.channels && to_float(a.in.at(pixel, channel)[0]) > 0.f;
  const Word signs = __ballot_sync(~0u, positive);
  if (lane == 0) a.words[number] = signs;
}

constexpr int tile_pixels = 64, tile_filters = 64, tile_k = 8, threads = 128;
constexpr int thread_pixels = 8, thread_filters = 4;
constexpr ConvTile conv_tile{tile_pixels, tile_filters, tile_k, 4, 12};

// A stage of shared memory: the pictures' words, which of their bits count, the weights' words.
constexpr int picture_words = tile_k * tile_pixels, weight_words = tile_k * tile_filters;
constexpr int stage_bytes = (2 * picture_words + weight_words) * 4;
constexpr int sums_bytes = tile_bytes(tile_pixels, tile_filters);  // takes the stages' place at the end
constexpr int shared_bytes = 2 * stage_bytes > sums_bytes ? 2 * stage_bytes : sums_bytes;

template <class T>
struct XnorArguments {
  ConvGeometry g;                  // words for channels
  Global<const Word> in, weights;  // (pixel, word); (k, filter)
  Global<const float> scales;
  int padded_filters, channels;
  bool outside_counts;  // as -1
  ConvOutput<T> output;
};

// One thread's share of a step: 4 words of its own pixel, 4 of the weights.
struct Staged {
  Word picture[tile_k / 2], counted[tile_k / 2];
  Pack<Word, 4> weights;
};
NIGHTJAR_DEVICE int staged_pixel() {
  return static_cast<int>(threadIdx.x) % tile_pixels;
}
NIGHTJAR_DEVICE int staged_k(int i) {
  return static_cast<int>(threadIdx.x) / tile_pixels * (tile_k / 2) + i;
}

template <class T>
NIGHTJAR_DEVICE void load_step(const XnorArguments<T>& a, const ConvGeometry::Window& window, bool exists,
                               Global<const Word> weights, int step, Staged& staged) {
#pragma unroll
  for (int i = 0; i < tile_k / 2; ++i) {
    const int k = step * tile_k + staged_k(i);
    const ConvGeometry::Tap tap = a.g.tap(k);
    const int y = window.y + tap.y, x = window.x + tap.x;
    const bool inside = y >= 0 && y < a.g.in_h && x >= 0 && x < a.g.in_w;
    staged.picture[i] = 0;
    if (exists && k < a.g.k && inside)
      staged.picture[i] = a.in[((window.image * a.g.in_h + y) * a.g.in_w + x) * a.g.in_pixel + tap.channel];
    staged.counted[i] = inside || a.outside_counts ? ~Word{0} : Word{0};
  }
  const int thread = static_cast<int>(threadIdx.x), row = thread * 4 / tile_filters;
  staged.weights = load<4>(weights + ((step * tile_k + row) * a.padded_filters + thread * 4 % tile_filters));
}

struct Stage {
  Shared<Word> picture, counted, weights;
};
NIGHTJAR_DEVICE Stage stage_of(int number) {
  const int offset = number * stage_bytes;
  return {shared_memory<Word>(offset, picture_words),
          shared_memory<Word>(offset + picture_words * 4, picture_words),
          shared_memory<Word>(offset + 2 * picture_words * 4, weight_words)};
}

NIGHTJAR_DEVICE void store_staged(const Staged& staged, const Stage& stage) {
#pragma unroll
  for (int i = 0; i < tile_k / 2; ++i) {
    stage.picture[staged_k(i) * tile_pixels + staged_pixel()] = staged.picture[i];
    stage.counted[staged_k(i) * tile_pixels + staged_pixel()] = staged.counted[i];
  }
  store<4>(stage.weights + static_cast<int>(threadIdx.x) * 4, staged.weights);
}

// A thread's first pixel and first filter in the tile.
NIGHTJAR_DEVICE int own_pixel() {
  return static_cast<int>(threadIdx.x) / (tile_filters / thread_filters) * thread_pixels;
}
NIGHTJAR_DEVICE int own_filter() {
  return static_cast<int>(threadIdx.x) % (tile_filters / thread_filters) * thread_filters;
}

NIGHTJAR_DEVICE void count(const Stage& stage, int (&differences)[thread_pixels][thread_filters]) {
#pragma unroll
  for (int k = 0; k < tile_k; ++k) {
    const Pack<Word, 4> w = load<4>(stage.weights + (k * tile_filters + own_filter()));
#pragma unroll
    for (int p = 0; p < thread_pixels; p += 4) {
      const int at = k * tile_pixels + own_pixel() + p;
      const Pack<Word, 4> x = load<4>(stage.picture + at), counted = load<4>(stage.counted + at);
#pragma unroll
      for (int i = 0; i < 4; ++i) {
#pragma unroll
        for (int f = 0; f < thread_filters; ++f)
          differences[p + i][f] += __popc((x.v[i] ^ w.v[f]) & counted.v[i]);
      }
    }
  }
}

// Cells of a window, one way, that count.
NIGHTJAR_DEVICE int counted_cells(const ConvGeometry& g, int first, int cells, bool outside_counts) {
  int sum = 0;
  for (int i = 0; i < g.size; ++i) {
    const int cell = first + i * g.dilation;
    sum += outside_counts || (cell >= 0 && cell < cells) ? 1 : 0;
  }
  return sum;
}

template <class T>
NIGHTJAR_DEVICE void store_sums(const XnorArguments<T>& a, int first_pixel, int first_filter,
                                const int (&differences)[thread_pixels][thread_filters], Shared<float> tile) {
  const Pack<float, 4> scale = load<4>(a.scales + (first_filter + own_filter()));
#pragma unroll
  for (int p = 0; p < thread_pixels; ++p) {
    const ConvGeometry::Window window = a.g.window(first_pixel + own_pixel() + p);
    const int signs = a.channels * counted_cells(a.g, window.y, a.g.in_h, a.outside_counts) *
                      counted_cells(a.g, window.x, a.g.in_w, a.outside_counts);
    Pack<float, 4> sums;
#pragma unroll
    for (int f = 0; f < thread_filters; ++f)
      sums.v[f] = static_cast<float>(signs - 2 * differences[p][f]) * scale.v[f];
    store<4>(tile + ((own_pixel() + p) * tile_stride(tile_filters) + own_filter()), sums);
  }
}

template <class T>
__global__ void __launch_bounds__(threads) conv_xnor_kernel(const XnorArguments<T> a) {
  const ConvGeometry& g = a.g;
  const int first_pixel = static_cast<int>(blockIdx.x) * tile_pixels;
  const int first_filter = static_cast<int>(blockIdx.y) * tile_filters;
  const bool exists = first_pixel + staged_pixel() < g.pixels;
  const ConvGeometry::Window window = g.window(exists ? first_pixel + staged_pixel() : 0);
  const Global<const Word> weights = a.weights + first_filter;

  int differences[thread_pixels][thread_filters] = {};
  Staged staged;
  load_step(a, window, exists, weights, 0, staged);
  for (int step = 0; step < g.k_tiles; ++step) {
    const Stage stage = stage_of(step % 2);
    store_staged(staged, stage);
    __syncthreads();  // one is enough, as in simt.cu
    if (step + 1 < g.k_tiles) load_step(a, window, exists, weights, step + 1, staged);
    count(stage, differences);
  }

  __syncthreads();
  const Shared<float> tile = shared_memory<float>(0, tile_pixels * tile_stride(tile_filters));
  store_sums(a, first_pixel, first_filter, differences, tile);
  __syncthreads();
  store_tile<tile_pixels, tile_filters, threads>(a.output, tile, first_pixel, g.pixels, first_filter,
                                                 g.filters - first_filter);
}

// The convolution with words for channels.
ops::Conv of_words(const ops::ConvXnor& op) {
  ops::Conv words = op.conv;
  words.in.c = ceil_div(op.conv.in.c, word_bits);
  return words;
}

struct ConvXnor : CudaKernelDefaults {
  using Op = ops::ConvXnor;
  struct Prepared {
    PreparedLaunch<sizeof(SignArguments<float>)> signs;
    PreparedLaunch<sizeof(XnorArguments<float>)> sums;
  };
  static constexpr const char* name = "conv_xnor";

  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    return op.conv.groups == 1 && accepts_all(in, op.conv.residual ? 2 : 1, out);
  }
  static double microseconds(const Op& op, const Tensor& out, const Device& device) {
    constexpr double sign_launch = 2;
    return sign_launch +
           conv_schedule(of_words(op), out.batch, bytes_of(out.type), conv_tile, 1, device).microseconds;
  }
  static std::int64_t workspace_bytes(const Op& op, const Tensor& out, const Device&) {
    return workspace_zeros + out.batch * of_words(op).in.size() * std::int64_t{sizeof(Word)};
  }

  // Biases, words of weights, scales.
  static std::int64_t packed_bytes(const Op& op) {
    const PackedWeights p = packed_weights(of_words(op), conv_tile);
    return p.bytes(1, sizeof(Word)) + p.padded_filters * std::int64_t{sizeof(float)};
  }
  static const float* scales_of(const PackedWeights& p, const void* packed) {
    return reinterpret_cast<const float*>(p.weights<Word>(packed) + p.group_elements);
  }
  static void pack(const Op& op, Weights arrays, void* packed) {
    const PackedWeights p = packed_weights(of_words(op), conv_tile);
    const int words = of_words(op).in.c, channels = op.conv.in.c;
    const std::int64_t filter_size = op.conv.weights().size() / op.conv.out.c;
    pack_bias(op.conv, arrays[1], packed);
    Word* const to = p.weights<Word>(packed);
    auto* scales = const_cast<float*>(scales_of(p, packed));
    for (std::int64_t i = 0; i < p.group_elements; ++i) to[i] = 0;
    for (int f = 0; f < p.padded_filters; ++f) scales[f] = 0;
    each_weight(op.conv, arrays[0], [&](int, int filter, int k, float weight) {
      const int channel = k % channels, place = k / channels * words + channel / word_bits;
      if (reference::is_positive(weight))
        to[std::int64_t{place} * p.padded_filters + filter] |= Word{1} << channel % word_bits;
    });
    for (int f = 0; f < op.conv.out.c; ++f)
      scales[f] = reference::mean_magnitude(arrays[0] + f * filter_size, filter_size);
  }

  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return with_type(call.out().type,
                     [&](auto type) { return prepare_as<decltype(type)>(op, call, prepared); });
  }
  static Status launch(const Op&, const Call& call, const Prepared& prepared) {
    if (const Status status = prepared.signs.start(call.stream); status != 0) return status;
    return prepared.sums.start(call.stream);
  }

 private:
  template <class T>
  static Status prepare_as(const Op& op, const Call& call, Prepared& prepared) {
    const ops::Conv words_op = of_words(op);
    const PackedWeights p = packed_weights(words_op, conv_tile);
    auto* words = workspace_at<Word>(call.workspace);
    SignArguments<T> s{};
    s.in = view<const T>(call.in[0]);
    s.words = words;
    s.channels = op.conv.in.c;
    s.count = static_cast<int>(call.in[0].pixels()) * words_op.in.c;
    s.by_words = Divider(words_op.in.c);
    const Launch shape{dim3(ceil_div(s.count, sign_threads / 32)), dim3(sign_threads)};
    if (const Status status = prepared.signs.prepare(sign_kernel<T>, shape, s); status != 0) return status;

    XnorArguments<T> a{};
    const Tensor packed_in = nhwc_tensor(words, words_op.in, call.in[0].batch, words_op.in.c, Type::f32);
    a.g = conv_geometry(words_op, packed_in, call.out(), conv_tile, 1);
    a.in = words;
    a.weights = p.weights<Word>(call.packed);
    a.scales = scales_of(p, call.packed);
    a.padded_filters = p.padded_filters;
    a.channels = op.conv.in.c;
    a.outside_counts = op.outside == ops::ConvXnor::Outside::minus_one;
    a.output = conv_output<T>(op.conv, call);
    const dim3 grid(ceil_div(a.g.pixels, tile_pixels), ceil_div(a.g.filters, tile_filters));
    return prepared.sums.prepare(conv_xnor_kernel<T>, {grid, dim3(threads), shared_bytes}, a);
  }
};

}  // namespace

const CudaKernel conv_xnor = cuda_kernel<ConvXnor>();

}  // namespace nightjar::cuda
