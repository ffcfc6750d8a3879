// Batch normalisation by the batch's own mean and variance, in blocks of channels: two reads and a write
// where caches hold nothing.
#include "kernels/ops/batch_norm_train.h"

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/norm/by_channel.h"
#include "kernels/cpu/norm/moments.h"
#include "kernels/cpu/simd/math.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

// in -> (in - mean) * factor + shift, the mean being what a float holds of it.
struct Line {
  float mean[lanes], factor[lanes], shift[lanes];
};

struct BatchNormTrain : ByChannel<BatchNormTrain, ops::BatchNormTrain, Moments, Line> {
  using Op = ops::BatchNormTrain;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("batchnorm_train");

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) {
    for (int i = 1; i < 5; ++i)
      if (!is_f32(in[i])) return false;
    return in_blocks(in[0]) && in_blocks(out);
  }
  static double cycles(const Op&, const Tensor& out) { return registers_of(out) * 6; }

  static Moments sums_of(const Op&, const Call& call, int n, int c) {
    const Tensor& in = call.in[0];
    Moments moments;
    for (int y = 0; y < in.shape.h; ++y) moments.add_row(in.at(n, c, y, 0), in.shape.w);
    return moments;
  }

  static void finish(const Op& op, const Call& call, int c, const Moments& all, int i, Line& line) {
    const auto array = [&](int input) { return static_cast<const float*>(call.in[input].data); };
    const auto out = [&](int output) { return static_cast<float*>(call.outs[output].data); };
    const double mean = all.mean[i], variance = all.count > 1 ? all.squares[i] / (all.count - 1) : 0;
    const double factor = array(2)[c] / Op::deviation(op.form, variance, all.count);
    line.mean[i] = float(mean);
    line.factor[i] = float(factor);
    line.shift[i] = float(array(1)[c] - (mean - line.mean[i]) * factor);
    out(1)[c] = float((1 - op.share) * array(3)[c] + op.share * mean);
    out(2)[c] = float((1 - op.share) * array(4)[c] + op.share * variance);
    Op::Moments{mean, variance}.keep(out(3), c);
  }

  static void apply(const Op& op, const Call& call, const Rows& rows, int begin, int end, const Line* lines) {
    const Tensor& out = call.out();
    rows.each(begin, end, [&](int n, int c, int y) {
      const Line& line = lines[c / lanes];
      const Vec mean = load(line.mean), factor = load(line.factor), shift = load(line.shift);
      const float* from = call.in[0].at(n, c, y, 0);
      float* to = out.at(n, c, y, 0);
      for (int x = 0; x < out.shape.w; ++x)
        store(to + x * lanes, fma(load(from + x * lanes) - mean, factor, shift));
      activate(op.activation, to, std::int64_t{out.shape.w} * lanes);
    });
  }
};

}  // namespace

constexpr CpuKernel batchnorm_train = cpu_kernel<BatchNormTrain>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
