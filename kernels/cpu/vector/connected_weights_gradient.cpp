// Sums over images of gradient times vector: the gradient by a connected layer's weights.
//
// A tile is some outputs x 2 registers of inputs; an image loads 2 registers of its vector and broadcasts a
// gradient an output, as in conv/weights_gradient_sums.h. Both are copied side by side first: in the images
// they lie whole vectors apart, which as powers of two fall on the same few lines of a cache. An item has its
// inputs for itself and takes the images in order, a chunk at a time.
#include "kernels/ops/gradients/connected_weights_gradient.h"

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/simd/partial.h"
#include "kernels/cpu/vector/products.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

constexpr int tile_outputs = max_pixels, chunk = 256;  // images of a chunk

// What lies side by side of a vector in the layout of its tensor, or one by one.
void copy_part(const Tensor& from, int n, std::int64_t first, int count, int room, float* to) {
  const bool plain = Vectors::lie_so(from);
  const float* line = plain ? from.at(n, 0, 0, 0) + first : nullptr;
  for (int i = 0; i < count; ++i) to[i] = plain ? line[i] : *from.flat(n, first + i);
  for (int i = count; i < room; ++i) to[i] = 0;
}

struct ConnectedWeightsGradient : CpuKernelDefaults {
  using Op = ops::ConnectedWeightsGradient;
  struct Prepared {
    std::int64_t inputs;
    int tiles, chunks, groups;  // of outputs, of images; of inputs, that are an item's
  };
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("connected_weights_gradient");

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) {
    return is_f32(in[0]) && is_f32(in[1]) && is_f32(in[2]) && is_f32(out);
  }
  static double cycles(const Op& op, const Tensor&) { return double(op.flops()) / 2 / lanes; }

  // Phase 0 copies gradients, an item a chunk of the images; phase 1 sums, an item some groups of inputs.
  static Work prepare(const Op& op, const Call& call, Prepared& p) {
    constexpr int enough = 16, most_groups = 4;
    const std::int64_t inputs = op.connected.in.size();
    const auto all = static_cast<int>((inputs + group_filters - 1) / group_filters);
    p = {inputs, ceil_div(op.connected.outputs, tile_outputs), ceil_div(call.in[0].batch, chunk),
         max(1, min(most_groups, all / enough))};
    Work work{2, {p.chunks, ceil_div(all, p.groups)}};
    work.thread_bytes = chunk_floats(group_filters) * p.groups * std::int64_t{sizeof(float)};
    work.shared_bytes = chunk_floats(tile_outputs) * p.tiles * p.chunks * std::int64_t{sizeof(float)};
    return work;
  }

  static void run(const Op& op, const Call& call, const Prepared& p, int phase, int begin, int end,
                  Scratch scratch) {
    for (int item = begin; item < end; ++item) {
      if (phase == 0)
        copy_gradients(op, call.in[1], p, item, scratch.shared_floats());
      else
        sum(op, call, p, item, scratch);
    }
  }

 private:
  static constexpr std::int64_t chunk_floats(int side_by_side) { return std::int64_t{chunk} * side_by_side; }
  static int images_of(const Call& call, int number) { return min(chunk, call.in[0].batch - number * chunk); }

  // gradients[chunk][tile][image][output of the tile]
  static void copy_gradients(const Op& op, const Tensor& from, const Prepared& p, int number, float* to) {
    to += chunk_floats(tile_outputs) * p.tiles * number;
    for (int tile = 0; tile < p.tiles; ++tile, to += chunk_floats(tile_outputs)) {
      const int first = tile * tile_outputs, count = min(tile_outputs, op.connected.outputs - first);
      for (int n = 0; n < min(chunk, from.batch - number * chunk); ++n)
        copy_part(from, number * chunk + n, first, count, tile_outputs, to + n * tile_outputs);
    }
  }

  static void sum(const Op& op, const Call& call, const Prepared& p, int item, Scratch scratch) {
    const std::int64_t first = std::int64_t{item} * p.groups * group_filters;
    const auto so_far = static_cast<const float*>(call.in[2].data);
    auto* total = static_cast<float*>(call.out().data);
    for (int number = 0; number < p.chunks; ++number) {
      const int images = images_of(call, number);
      copy_vectors(call.in[0], p, first, number * chunk, images, scratch.thread_floats());
      const float* gradients = scratch.shared_floats() + chunk_floats(tile_outputs) * p.tiles * number;
      for (int tile = 0; tile < p.tiles; ++tile, gradients += chunk_floats(tile_outputs)) {
        const int outputs = min(tile_outputs, op.connected.outputs - tile * tile_outputs);
        for (int group = 0; group < p.groups; ++group) {
          const std::int64_t input = first + group * group_filters;
          if (input >= p.inputs) break;
          const std::int64_t at = tile * tile_outputs * p.inputs + input;
          add(scratch.thread_floats() + group * chunk_floats(group_filters), gradients, images,
              (number == 0 ? so_far : total) + at, total + at, p.inputs, outputs, p.inputs - input);
        }
      }
    }
  }

  // vectors[group][image][input of the group]
  static void copy_vectors(const Tensor& from, const Prepared& p, std::int64_t first, int n, int images,
                           float* to) {
    for (int group = 0; group < p.groups; ++group, first += group_filters) {
      const std::int64_t left = p.inputs - first;
      const auto count = static_cast<int>(left < 0 ? 0 : left < group_filters ? left : group_filters);
      for (int i = 0; i < images; ++i, to += group_filters)
        copy_part(from, n + i, first, count, group_filters, to);
      to += chunk_floats(group_filters) - images * group_filters;
    }
  }

  // total[output][input] = so_far + sum over images. `left`: inputs that there are from here on.
  static void add(const float* vectors, const float* gradients, int images, const float* so_far, float* total,
                  std::int64_t inputs, int outputs, std::int64_t left) {
    Vec tile[tile_outputs][filter_blocks];
#pragma GCC unroll 16
    for (int o = 0; o < tile_outputs; ++o)
      for (int b = 0; b < filter_blocks; ++b) tile[o][b] = set(0.f);
    for (int n = 0; n < images; ++n, vectors += group_filters, gradients += tile_outputs) {
      Vec x[filter_blocks];
#pragma GCC unroll 2
      for (int b = 0; b < filter_blocks; ++b) x[b] = load(vectors + b * lanes);
#pragma GCC unroll 16
      for (int o = 0; o < tile_outputs; ++o) {
        const Vec g = set(gradients[o]);
#pragma GCC unroll 2
        for (int b = 0; b < filter_blocks; ++b) tile[o][b] = fma(g, x[b], tile[o][b]);
      }
    }
#pragma GCC unroll 16
    for (int o = 0; o < tile_outputs; ++o) {
      if (o >= outputs) break;
      for (int b = 0; b < filter_blocks && b * lanes < left; ++b) {
        const std::int64_t at = o * inputs + b * lanes, count = left - b * lanes;
        store_first(total + at, load_first(so_far + at, count, 0.f) + tile[o][b], count);
      }
    }
  }
};

}  // namespace

constexpr CpuKernel connected_weights_gradient = cpu_kernel<ConnectedWeightsGradient>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
