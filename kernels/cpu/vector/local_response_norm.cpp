// Local response normalisation. The squares of a pixel's channels lie side by side, with zeros on both ends,
// so that a register of sums is as many unaligned loads as the window has channels.
#include "kernels/ops/local_response_norm.h"

#include <cstring>

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/simd/math.h"
#include "kernels/cpu/simd/partial.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

// Of normal numbers above 0, to 3e-7: x = 2^e m with m from sqrt(1/2) to sqrt(2), and log m = 2 atanh(r), r =
// (m - 1) / (m + 1), by its odd series, whose first term left out is below 1e-9.
NIGHTJAR_INLINE Vec log(Vec x) {
  float values[lanes], exponents[lanes];
  std::int32_t bits[lanes];
  store(values, max(x, set(1.17549435e-38f)));
  std::memcpy(bits, values, sizeof bits);
  for (int i = 0; i < lanes; ++i) {
    constexpr std::int32_t bits_of_sqrt_half = 0x3f3504f3;
    const std::int32_t exponent = (bits[i] - bits_of_sqrt_half) >> 23;
    exponents[i] = static_cast<float>(exponent);
    bits[i] -= exponent * (1 << 23);
  }
  std::memcpy(values, bits, sizeof bits);
  const Vec m = load(values), r = (m - set(1.f)) / (m + set(1.f)), square = r * r;
  Vec series = set(1.f / 9);
  series = fma(series, square, set(1.f / 7));
  series = fma(series, square, set(1.f / 5));
  series = fma(series, square, set(1.f / 3));
  series = fma(series, square, set(1.f));
  return fma(load(exponents), set(.693147181f), (r + r) * series);
}

// base^exponent; as the power of C, NaN below 0.
NIGHTJAR_INLINE Vec power(Vec base, float exponent) {
  const Vec result = exp(set(exponent) * log(base)), zero = set(0.f);
  return select(greater(base, zero), result,
                select(greater(zero, base), set(__builtin_nanf("")), set(1.f) / base));
}

// An item is a row of an image, with all its channels.
struct LocalResponseNorm : CpuKernelDefaults {
  using Op = ops::LocalResponseNorm;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("local_response_norm");

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) {
    return in_blocks(in[0]) && in_blocks(out);
  }
  static double cycles(const Op& op, const Tensor& out) { return registers_of(out) * (60. + op.size); }
  static Work prepare(const Op& op, const Call& call, Prepared&) {
    Work work{1, {call.out().batch * call.out().shape.h}};
    work.thread_bytes =
        (op.before() + std::int64_t{call.out().blocks()} * lanes + op.behind()) * std::int64_t{sizeof(float)};
    return work;
  }

  static void run(const Op& op, const Call& call, const Prepared&, int, int begin, int end, Scratch scratch) {
    const Tensor &in = call.in[0], &out = call.out();
    float* padded = scratch.thread_floats();
    const std::int64_t behind = op.before() + std::int64_t{out.blocks()} * lanes;
    for (int i = 0; i < op.before(); ++i) padded[i] = 0;
    for (int i = 0; i < op.behind(); ++i) padded[behind + i] = 0;
    for (int item = begin; item < end; ++item) {
      const int n = item / op.shape.h, y = item % op.shape.h;
      for (int x = 0; x < op.shape.w; ++x)
        normalize(op, in.at(n, 0, y, x), in.plane, out.at(n, 0, y, x), out, padded);
    }
  }

 private:
  static void normalize(const Op& op, const float* from, std::ptrdiff_t stride, float* to, const Tensor& out,
                        float* padded) {
    const int channels = op.shape.c, blocks = out.blocks();
    float* squares = padded + op.before();
    for (int i = 0; i < blocks; ++i) {
      const Vec values = keep_first(load(from + i * stride), channels - i * lanes, 0.f);
      store(squares + i * lanes, values * values);
    }
    const float lost = op.lost_channel() < channels ? squares[op.lost_channel()] : 0;
    for (int i = 0; i < blocks; ++i) {
      Vec sum = set(0.f);
      for (int k = 0; k < op.size; ++k) sum = sum + load(padded + i * lanes + k);
      const Vec base = fma(set(op.alpha), sum - set(lost), set(op.kappa));
      const Vec result = load(from + i * stride) * power(base, -op.beta);
      store(to + i * out.plane, keep_first(result, channels - i * lanes, 0.f));
    }
  }
};

}  // namespace

constexpr CpuKernel local_response_norm = cpu_kernel<LocalResponseNorm>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
