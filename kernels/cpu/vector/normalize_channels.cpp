// Shares of each pixel's channels in their sum, or in their length: one pass adds up, one divides.
#include "kernels/ops/normalize_channels.h"

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/simd/math.h"
#include "kernels/cpu/simd/partial.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

using Form = ops::NormalizeChannels::Form;

constexpr float lowest = -3.402823466e38f;

// One pixel's channels, a block each `stride` floats.
struct Pixel {
  const float* from;
  std::ptrdiff_t from_stride;
  float* to;
  std::ptrdiff_t to_stride;
  int blocks, channels;

  // Of a block; `rest` where there is no channel.
  Vec values(int block, float rest) const {
    return keep_first(load(from + block * from_stride), channels - block * lanes, rest);
  }
};

float largest_value(const Pixel& pixel) {
  Vec largest = set(lowest);
  for (int i = 0; i < pixel.blocks; ++i) largest = max(largest, pixel.values(i, lowest));
  return largest_of(largest);
}

// What has a share in the whole, of one channel.
template <Form form>
Vec part(Vec value, Vec shift) {
  if constexpr (form == Form::l2) return value;
  if constexpr (form == Form::relu) return max(value, set(0.f));
  return exp(value - shift);
}

// One over the whole, from the sum of the parts, or of their squares.
template <Form form>
float share_of(float sum) {
  if constexpr (form == Form::l2) return sum == 0 ? 1 : 1 / __builtin_sqrtf(sum);
  return 1 / (sum + 1e-4f);  // Darknet's guard against dividing by nothing
}

template <Form form>
void normalize(const Pixel& pixel) {
  const Vec shift = set(form == Form::softmax_maxval ? largest_value(pixel) : 0.f);
  Vec sums = set(0.f);
  for (int i = 0; i < pixel.blocks; ++i) {
    const Vec parts = part<form>(pixel.values(i, 0.f), shift);
    store(pixel.to + i * pixel.to_stride, parts);
    const Vec counted = keep_first(parts, pixel.channels - i * lanes, 0.f);
    sums = sums + (form == Form::l2 ? counted * counted : counted);
  }
  const Vec share = set(share_of<form>(sum(sums)));
  for (int i = 0; i < pixel.blocks; ++i) {
    float* to = pixel.to + i * pixel.to_stride;
    store(to, load(to) * share);
  }
}

void normalize(Form form, const Pixel& pixel) {
  switch (form) {
    case Form::relu:
      return normalize<Form::relu>(pixel);
    case Form::softmax:
      return normalize<Form::softmax>(pixel);
    case Form::softmax_maxval:
      return normalize<Form::softmax_maxval>(pixel);
    case Form::l2:
      return normalize<Form::l2>(pixel);
  }
}

// An item is a row of an image, with all its channels.
struct NormalizeChannels : CpuKernelDefaults {
  using Op = ops::NormalizeChannels;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("normalize_channels");

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) {
    return in_blocks(in[0]) && in_blocks(out);
  }
  static double cycles(const Op&, const Tensor& out) { return registers_of(out) * 20; }
  static Work prepare(const Op&, const Call& call, Prepared&) {
    return {1, {call.out().batch * call.out().shape.h}};
  }

  static void run(const Op& op, const Call& call, const Prepared&, int, int begin, int end, Scratch) {
    const Tensor &in = call.in[0], &out = call.out();
    for (int item = begin; item < end; ++item) {
      const int n = item / op.shape.h, y = item % op.shape.h;
      for (int x = 0; x < op.shape.w; ++x) {
        normalize(op.form,
                  {in.at(n, 0, y, x), in.plane, out.at(n, 0, y, x), out.plane, out.blocks(), op.shape.c});
      }
    }
  }
};

}  // namespace

constexpr CpuKernel normalize_channels = cpu_kernel<NormalizeChannels>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
