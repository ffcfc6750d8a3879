// Batch normalisation by the batch's own mean and variance, in blocks of channels.
//
// Phase 0 takes the moments of each image, phase 1 those of all images of a block, and phase 2 goes over the
// values again: two reads and a write where caches hold nothing.
#include "kernels/ops/batch_norm_train.h"

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/norm/moments.h"
#include "kernels/cpu/rows.h"
#include "kernels/cpu/simd/math.h"
#include "kernels/cpu/whole_numbers.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

// in -> (in - mean) * factor + shift, the mean being what a float holds of it.
struct Line {
  float mean[lanes], factor[lanes], shift[lanes];
};

struct BatchNormTrain : CpuKernelDefaults {
  using Op = ops::BatchNormTrain;
  using Prepared = Rows;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("batchnorm_train");

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) {
    for (int i = 1; i < 5; ++i)
      if (!is_f32(in[i])) return false;
    return in_blocks(in[0]) && in_blocks(out);
  }
  static double cycles(const Op&, const Tensor& out) { return registers_of(out) * 6; }
  static Work prepare(const Op&, const Call& call, Rows& rows) {
    const Tensor& out = call.out();
    rows = Rows(call);
    Work work{3, {out.batch * out.blocks(), out.blocks(), rows.items()}};
    work.shared_bytes = lines_at(call) + out.blocks() * std::int64_t{sizeof(Line)};
    return work;
  }

  static void run(const Op& op, const Call& call, const Rows& rows, int phase, int begin, int end,
                  Scratch scratch) {
    auto* moments = static_cast<Moments*>(scratch.shared);
    auto* lines = reinterpret_cast<Line*>(static_cast<std::byte*>(scratch.shared) + lines_at(call));
    if (phase == 2) return apply(op, call, rows, begin, end, lines);
    for (int item = begin; item < end; ++item) {
      if (phase == 0)
        moments[item] = moments_of(call, item);
      else
        finish(op, call, item, moments, lines[item]);
    }
  }

 private:
  static std::int64_t lines_at(const Call& call) {
    return std::int64_t{sizeof(Moments)} * call.out().batch * call.out().blocks();
  }

  static Moments moments_of(const Call& call, int item) {
    const Tensor& in = call.in[0];
    const int n = item / in.blocks(), c = item % in.blocks() * lanes;
    Moments moments;
    for (int y = 0; y < in.shape.h; ++y) moments.add_row(in.at(n, c, y, 0), in.shape.w);
    return moments;
  }

  static void finish(const Op& op, const Call& call, int block, const Moments* by_image, Line& line) {
    const Tensor& in = call.in[0];
    Moments all;
    for (int n = 0; n < in.batch; ++n) all.add(by_image[n * in.blocks() + block]);
    line = {};  // lanes behind the last channel become zeros
    const auto array = [&](int i) { return static_cast<const float*>(call.in[i].data); };
    const auto out = [&](int i) { return static_cast<float*>(call.outs[i].data); };
    for (int i = 0; i < min(lanes, in.shape.c - block * lanes); ++i) {
      const int c = block * lanes + i;
      const double mean = all.mean[i], variance = all.count > 1 ? all.squares[i] / (all.count - 1) : 0;
      const double factor = array(2)[c] / Op::deviation(op.form, variance, all.count);
      line.mean[i] = float(mean);
      line.factor[i] = float(factor);
      line.shift[i] = float(array(1)[c] - (mean - line.mean[i]) * factor);
      out(1)[c] = float((1 - op.share) * array(3)[c] + op.share * mean);
      out(2)[c] = float((1 - op.share) * array(4)[c] + op.share * variance);
      float* kept = out(3) + std::ptrdiff_t{c} * Op::moments;
      for (const double moment : {mean, variance}) {
        *kept++ = float(moment);
        *kept++ = float(moment - float(moment));
      }
    }
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
