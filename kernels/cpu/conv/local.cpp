// Filters of their own in each place. Every weight is used once an image, so this runs at the speed of
// memory: weights are packed in the order they are read, those of taps outside the image are passed over, and
// all images of a batch follow each other in a place.
//
// Packed: [place][filter group] its biases, then [ky][kx][channel], 2 x lanes each. The micro-kernel of the
// convolutions (accumulate.h) holds the sums of one pixel: 2 FMAs for 2 loads of weights, which memory does
// not feed any faster.
#include "kernels/ops/local.h"

#include "kernels/cpu/conv/accumulate.h"
#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/simd/math.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

struct Local : CpuKernelDefaults {
  using Op = ops::Local;
  struct Prepared {
    int groups;               // of filters
    std::int64_t group_size;  // floats
  };
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("local");

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) {
    return in_blocks(in[0]) && in_blocks(out);
  }
  static double cycles(const Op& op, const Tensor&) {
    return double(op.places()) * groups_of(op) * double(group_floats(op)) / lanes;
  }

  static int groups_of(const Op& op) { return ceil_div(op.out.c, group_filters); }
  static std::int64_t group_floats(const Op& op) {
    return (1 + std::int64_t{op.in.c} * op.size * op.size) * group_filters;
  }
  static std::int64_t packed_bytes(const Op& op) {
    return op.places() * groups_of(op) * group_floats(op) * std::int64_t{sizeof(float)};
  }
  static void pack(const Op& op, Weights weights, void* packed) {
    const int taps = op.size * op.size;
    auto* to = static_cast<float*>(packed);
    for (int item = 0; item < op.places() * groups_of(op); ++item) {
      const int place = item / groups_of(op), first = item % groups_of(op) * group_filters;
      const auto put = [&](const float* from, std::int64_t offset, std::int64_t filter_step) {
        for (int f = first; f < first + group_filters; ++f)
          *to++ = f < op.out.c ? from[offset + f * filter_step] : 0;
      };
      put(weights[1], place, op.places());
      const std::int64_t filter = std::int64_t{op.in.c} * taps;
      for (int tap = 0; tap < taps; ++tap) {
        for (int c = 0; c < op.in.c; ++c)
          put(weights[0], place * op.out.c * filter + std::int64_t{c} * taps + tap, filter);
      }
    }
  }

  static Work prepare(const Op& op, const Call&, Prepared& p) {
    p = {groups_of(op), group_floats(op)};
    return {1, {op.places() * p.groups}};
  }
  static void run(const Op& op, const Call& call, const Prepared& p, int, int begin, int end, Scratch) {
    for (int item = begin; item < end; ++item) {
      const int group = item % p.groups;
      const float* packed = call.packed_as<float>() + item * p.group_size;
      for (int n = 0; n < call.out().batch; ++n) {
        if (blocks_of_group(op.out.c, group) == filter_blocks) {
          run_place<filter_blocks>(op, call, packed, n, item / p.groups, group * group_filters);
        } else {
          run_place<1>(op, call, packed, n, item / p.groups, group * group_filters);
        }
      }
    }
  }

 private:
  // `blocks` registers of filters from `filter` on, in one place of image n.
  template <int blocks>
  NIGHTJAR_INLINE static void run_place(const Op& op, const Call& call, const float* packed, int n, int place,
                                        int filter) {
    const Tensor &in = call.in[0], &out = call.out();
    const int y = place / op.out.w, x = place % op.out.w;
    Vec sums[blocks][1];
    for (int b = 0; b < blocks; ++b) sums[b][0] = load(packed + b * lanes);
    const float* w = packed + group_filters;
    for (int ky = 0; ky < op.size; ++ky) {
      for (int kx = 0; kx < op.size; ++kx) {
        const int in_y = y * op.stride - op.pad + ky, in_x = x * op.stride - op.pad + kx;
        const bool inside = in_y >= 0 && in_y < op.in.h && in_x >= 0 && in_x < op.in.w;
        for (int c = 0; c < op.in.c; c += lanes) {
          const int channels = min(op.in.c - c, lanes);
          if (inside)
            accumulate(sums, in.at(n, c, in_y, in_x), 0, w, channels, {w + prefetch_floats, group_filters});
          w += std::int64_t{channels} * group_filters;
        }
      }
    }
    for (int b = 0; b < blocks; ++b) {
      float* to = out.at(n, filter + b * lanes, y, x);
      store(to, sums[b][0]);
      activate(op.activation, to, lanes);
    }
  }
};

}  // namespace

constexpr CpuKernel local = cpu_kernel<Local>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
