// A matrix times the vectors of some images: 2 registers of outputs x some images at a time, all their sums
// in registers (conv/accumulate.h).
//
// An item is a group of outputs and a strip of images. A thread goes over all outputs with a strip, which
// stays in its second-level cache; of a single image every weight is used once, at the speed of memory.
#pragma once

#include <utility>

#include "kernels/cpu/conv/accumulate.h"
#include "kernels/cpu/kernel.h"
#include "kernels/cpu/simd/math.h"
#include "kernels/cpu/vector/flat.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

// How weights are packed: groups of outputs, of each the weights by input, `group_filters` side by side.
// weight(output, input) gives them; those of outputs that are not there are 0.
template <class Weight>
void pack_products(std::int64_t inputs, std::int64_t outputs, const Weight& weight, float* to) {
  for (std::int64_t group = 0; group < outputs; group += group_filters) {
    for (std::int64_t i = 0; i < inputs; ++i) {
      for (int lane = 0; lane < group_filters; ++lane)
        *to++ = group + lane < outputs ? weight(group + lane, i) : 0;
    }
  }
}
NIGHTJAR_INLINE std::int64_t padded_outputs(std::int64_t outputs) {
  return (outputs + group_filters - 1) / group_filters * group_filters;
}

// The vectors of images, each as it lies or a copy of it.
struct Vectors {
  const float* first;
  std::ptrdiff_t step;  // between images

  static bool lie_so(const Tensor& t) { return t.shape.h == 1 && t.shape.w == 1 && t.plane == t.block; }
};

// sums[image][output of the group]. Some hundred products are summed up apart: a sum of thousands then rounds
// as two of hundreds.
template <int images>
void sum_products(const Vectors& in, std::int64_t inputs, const float* weights, float* sums) {
  constexpr std::int64_t chunk = 512;
  for (std::int64_t first = 0; first < inputs; first += chunk) {
    Vec tile[filter_blocks][images];
#pragma GCC unroll 32
    for (int n = 0; n < images; ++n)
      for (int b = 0; b < filter_blocks; ++b) tile[b][n] = set(0.f);
    const auto count = static_cast<int>(inputs - first < chunk ? inputs - first : chunk);
    const float* at = weights + first * group_filters;
    accumulate(tile, in.first + first, in.step, at, count, {at + prefetch_floats, group_filters});
#pragma GCC unroll 32
    for (int n = 0; n < images; ++n) {
      for (int b = 0; b < filter_blocks; ++b) {
        float* to = sums + n * group_filters + b * lanes;
        store(to, first == 0 ? tile[b][n] : load(to) + tile[b][n]);
      }
    }
  }
}

using SumProducts = void (*)(const Vectors&, std::int64_t, const float*, float*);
template <int... images>
SumProducts pick_products(int n, std::integer_sequence<int, images...>) {
  static constexpr SumProducts all[] = {&sum_products<images + 1>...};
  return all[n - 1];
}

// What is done to a sum in its store.
struct ProductsEnd {
  const float* biases;  // padded; null: none
  Activation activation;
};

class Products {
 public:
  struct Cut {
    std::int64_t inputs, outputs;
    int strip, strips, groups;  // images of a strip
    bool copies;                // the vectors do not lie as such
  };
  static Work prepare(const Call& call, Cut& cut) {
    constexpr int strip_floats = 1 << 16;
    const int batch = call.in[0].batch;
    cut.inputs = call.in[0].shape.size();
    cut.outputs = call.out().shape.size();
    const auto fitting = static_cast<int>(strip_floats / (cut.inputs + 1)) / max_pixels * max_pixels;
    cut.strip = max(fitting, max_pixels);
    cut.strips = ceil_div(batch, cut.strip);
    cut.groups = static_cast<int>(padded_outputs(cut.outputs) / group_filters);
    cut.copies = !Vectors::lie_so(call.in[0]);
    Work work{2, {cut.copies ? batch : 0, cut.strips * cut.groups}};
    work.shared_bytes = cut.copies ? batch * cut.inputs * std::int64_t{sizeof(float)} : 0;
    return work;
  }

  // Phase 0 copies vectors, an item an image; phase 1 multiplies.
  static void run(const Call& call, const Cut& cut, const ProductsEnd& end_of, int phase, int begin, int end,
                  Scratch scratch) {
    const Tensor& in = call.in[0];
    for (int item = begin; item < end; ++item) {
      if (phase == 0) {
        flatten(in, item, scratch.shared_floats() + item * cut.inputs);
        continue;
      }
      const Vectors vectors = cut.copies
                                  ? Vectors{scratch.shared_floats(), static_cast<std::ptrdiff_t>(cut.inputs)}
                                  : Vectors{in.at(0, 0, 0, 0), in.image};
      const int first = item / cut.groups * cut.strip;
      multiply(call, cut, end_of, vectors, item % cut.groups, first, min(cut.strip, in.batch - first));
    }
  }

 private:
  static void multiply(const Call& call, const Cut& cut, const ProductsEnd& end, const Vectors& in, int group,
                       int first, int images) {
    const float* weights = call.packed_as<float>() + group * cut.inputs * group_filters;
    constexpr auto sizes = std::make_integer_sequence<int, max_pixels>{};
    each_tile_size(images, max_pixels, [&](int offset, int size, int count) {
      const SumProducts sum = pick_products(size, sizes);
      for (int tile = 0; tile < count; ++tile) {
        const int n = first + offset + tile * size;
        float sums[max_pixels * group_filters];
        sum({in.first + n * in.step, in.step}, cut.inputs, weights, sums);
        for (int i = 0; i < size; ++i) finish(call.out(), cut, end, group, n + i, sums + i * group_filters);
      }
    });
  }

  static void finish(const Tensor& out, const Cut& cut, const ProductsEnd& end, int group, int n,
                     float* sums) {
    const std::int64_t first = std::int64_t{group} * group_filters;
    if (end.biases)
      for (int i = 0; i < group_filters; ++i) sums[i] += end.biases[first + i];
    activate(end.activation, sums, group_filters);
    const auto left =
        static_cast<int>(cut.outputs - first < group_filters ? cut.outputs - first : group_filters);
    if (Vectors::lie_so(out) && out.block == lanes) {
      float* to = out.at(n, 0, 0, 0) + first;
      for (int i = 0; i < left; i += lanes) store(to + i, load(sums + i));
      return;
    }
    for (int i = 0; i < left; ++i) *out.flat(n, first + i) = sums[i];
    if (first + left == cut.outputs) clear_padding_lanes(out, n);
  }
};

}  // namespace nightjar::cpu::NIGHTJAR_ISA
