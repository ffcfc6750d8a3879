// Transposed convolution. Outputs that are `stride` apart take the same taps from neighbouring inputs: along
// a row, the columns of each such phase are a direct convolution at stride 1 with every stride-th column of
// the filters, in tiles of registers (accumulate.h). Along the columns a row knows which rows of the filters
// reach it. No product is computed that an output does not need.
//
// The gradient by a convolution's image is the same sum: the output's gradient transposed by the filters,
// whose channels are the filters here. It may end some cells further than its windows reach.
//
// Weights are packed [filter group][ky][kx][channel][2 x lanes], the biases of all groups in front.
#include "kernels/ops/deconv.h"

#include <utility>

#include "kernels/cpu/conv/filters.h"
#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/simd/math.h"
#include "kernels/ops/gradients/conv_data_gradient.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

// A tap that reaches a row in one of its phases: where it reads for the phase's first column, and its
// weights.
struct Tap {
  const float *from, *weights;
};

// What the tiles of a row's phase have in common.
struct Line {
  const Tap* taps;
  int count, channels;
  std::ptrdiff_t in_plane;
  const float* bias;
  float* out;
  std::ptrdiff_t out_plane, out_step;
};

// Columns `first` to first + pixels of a phase.
template <int blocks, int pixels>
void tile(const Line& line, int first) {
  Vec sums[blocks][pixels];
  for (int b = 0; b < blocks; ++b) {
#pragma GCC unroll 16
    for (int p = 0; p < pixels; ++p) sums[b][p] = load(line.bias + b * lanes);
  }
  for (int t = 0; t < line.count; ++t) {
    const float* from = line.taps[t].from + std::ptrdiff_t{first} * lanes;
    const float* w = line.taps[t].weights;
    for (int c = 0; c < line.channels; c += lanes, from += line.in_plane, w += lanes * group_filters)
      accumulate(sums, from, lanes, w, min(line.channels - c, lanes), {w + prefetch_floats, group_filters});
  }
  for (int b = 0; b < blocks; ++b) {
    float* to = line.out + b * line.out_plane + first * line.out_step;
#pragma GCC unroll 16
    for (int p = 0; p < pixels; ++p) store(to + p * line.out_step, sums[b][p]);
  }
}

using Tile = void (*)(const Line&, int first);

template <int blocks, int... pixels>
Tile pick(int n, std::integer_sequence<int, pixels...>) {
  static constexpr Tile all[] = {&tile<blocks, pixels + 1>...};
  return all[n - 1];
}
Tile pick(int blocks, int pixels) {
  constexpr auto sizes = std::make_integer_sequence<int, max_pixels>{};
  return blocks == filter_blocks ? pick<filter_blocks>(pixels, sizes) : pick<1>(pixels, sizes);
}

// What either operation is, and how far apart its weights of neighbouring filters and channels lie.
struct Transposed {
  ops::Deconv deconv;
  std::int64_t filter, channel;
};
NIGHTJAR_INLINE Transposed transposed(const ops::Deconv& op) {
  const int taps = op.size * op.size;
  return {op, std::int64_t{op.in.c} * taps, taps};
}
NIGHTJAR_INLINE Transposed transposed(const ops::ConvDataGradient& op) {
  const ops::Conv& conv = op.conv;
  const int taps = conv.size * conv.size;
  return {{conv.out, conv.in, conv.size, conv.stride_x, conv.pad}, taps, std::int64_t{conv.in.c} * taps};
}
NIGHTJAR_INLINE bool is_one(const ops::Deconv&) {
  return true;
}
NIGHTJAR_INLINE bool is_one(const ops::ConvDataGradient& op) {
  return op.conv.groups == 1 && op.conv.dilation == 1 && op.conv.stride_x == op.conv.stride_y;
}

NIGHTJAR_INLINE int groups_of(const ops::Deconv& op) {
  return ceil_div(op.out.c, group_filters);
}
NIGHTJAR_INLINE std::int64_t group_floats(const ops::Deconv& op) {
  return std::int64_t{op.in.c} * op.size * op.size * group_filters;
}

// Filter group `group`, from wherever its weights lie.
void pack_group(const Transposed& from, const float* weights, int group, float* to) {
  const ops::Deconv& op = from.deconv;
  for (int tap = 0; tap < op.size * op.size; ++tap) {
    for (int c = 0; c < op.in.c; ++c) {
      for (int i = 0; i < group_filters; ++i) {
        const int f = group * group_filters + i;
        *to++ = f < op.out.c ? weights[f * from.filter + c * from.channel + tap] : 0;
      }
    }
  }
}

// The taps of row y that reach the columns `first`, first + stride, ...: those of every stride-th row and
// column of the filters.
int find_taps(const ops::Deconv& op, const Tensor& in, int n, int y, int first, const float* weights,
              Tap* taps) {
  int count = 0, in_y = (y + op.pad) / op.stride;
  for (int ky = (y + op.pad) % op.stride; ky < op.size; ky += op.stride, --in_y) {
    if (in_y < 0 || in_y >= op.in.h) continue;
    int in_x = (first + op.pad) / op.stride;
    for (int kx = (first + op.pad) % op.stride; kx < op.size; kx += op.stride, --in_x) {
      const std::int64_t tap = std::int64_t{ky} * op.size + kx;
      taps[count++] = {in.at(n, 0, in_y, in_x), weights + tap * op.in.c * group_filters};
    }
  }
  return count;
}

template <class O>
struct TransposedKernel : CpuKernelDefaults {
  using Op = O;

  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    return is_one(op) && in_blocks(in[0]) && in_blocks(out);
  }
  static double cycles(const Op& o, const Tensor&) {
    const ops::Deconv op = transposed(o).deconv;
    const double products = double(op.in.h) * op.in.w * op.size * op.size * op.in.c;
    return products * groups_of(op) * 1.5;
  }
  // As far as the taps that lie on the output reach over the input's edges.
  static int halo(const Op& o) {
    const ops::Deconv op = transposed(o).deconv;
    const int before = op.size - 1 > op.pad ? (op.size - 1 - op.pad) / op.stride : 0;
    return max(before, (op.out.w - 1 + op.pad) / op.stride - (op.in.w - 1));
  }

  static std::int64_t packed_bytes(const Op& o) {
    const ops::Deconv op = transposed(o).deconv;
    return groups_of(op) * (group_filters + group_floats(op)) * std::int64_t{sizeof(float)};
  }
  static void pack(const Op& o, Weights weights, void* packed) {
    const Transposed from = transposed(o);
    ops::Conv biased;
    biased.out = from.deconv.out;
    auto* group = static_cast<float*>(packed);
    group += pack_biases(biased, weights[1], group);
    for (int i = 0; i < groups_of(from.deconv); ++i, group += group_floats(from.deconv))
      pack_group(from, weights[0], i, group);
  }

  static Work prepare(const Op& o, const Call& call, Prepared&) {
    const ops::Deconv op = transposed(o).deconv;
    Work work{1, {call.out().batch * op.out.h * groups_of(op)}};
    work.thread_bytes = op.size * op.size * std::int64_t{sizeof(Tap)};
    return work;
  }
  // An item is a row of a filter group; the groups of a row follow each other.
  static void run(const Op& o, const Call& call, const Prepared&, int, int begin, int end, Scratch scratch) {
    const ops::Deconv op = transposed(o).deconv;
    const int groups = groups_of(op);
    for (int item = begin; item < end; ++item)
      compute_row(op, call, item / groups / op.out.h, item / groups % op.out.h, item % groups,
                  static_cast<Tap*>(scratch.thread));
  }

 private:
  static void compute_row(const ops::Deconv& op, const Call& call, int n, int y, int group, Tap* taps) {
    const Tensor &in = call.in[0], &out = call.out();
    const int blocks = blocks_of_group(op.out.c, group);
    const auto* biases = call.packed_as<float>();
    const float* weights = biases + groups_of(op) * group_filters + group * group_floats(op);
    float* row = out.at(n, group * group_filters, y, 0);
    for (int first = 0; first < min(op.stride, op.out.w); ++first) {
      const Line line{taps,
                      find_taps(op, in, n, y, first, weights, taps),
                      op.in.c,
                      in.plane,
                      biases + group * group_filters,
                      row + std::ptrdiff_t{first} * lanes,
                      out.plane,
                      std::ptrdiff_t{op.stride} * lanes};
      const int columns = (op.out.w - 1 - first) / op.stride + 1;
      each_tile_size(columns, max_pixels, [&](int begin, int pixels, int count) {
        for (int at = begin; at < begin + pixels * count; at += pixels) pick(blocks, pixels)(line, at);
      });
    }
    for (int b = 0; b < blocks; ++b)
      activate(op.activation, row + b * out.plane, std::int64_t{op.out.w} * lanes);
  }
};

struct Deconv : TransposedKernel<ops::Deconv> {
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("deconv");
};
struct ConvDataGradient : TransposedKernel<ops::ConvDataGradient> {
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("conv_data_gradient");
};

}  // namespace

constexpr CpuKernel deconv = cpu_kernel<Deconv>();
constexpr CpuKernel conv_data_gradient = cpu_kernel<ConvDataGradient>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
