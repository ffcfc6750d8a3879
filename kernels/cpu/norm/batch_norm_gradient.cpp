// The gradient of batch normalisation, whichever form it has: linear in the gradient and the image.
#include "kernels/ops/gradients/batch_norm_gradient.h"

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/norm/by_channel.h"
#include "kernels/cpu/simd/slopes.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

// Over an image or the batch: of gradients, and of gradients times the distance from `mean`.
struct Sums {
  double gradients[lanes] = {}, products[lanes] = {};

  void add(const Sums& other) {
    for (int i = 0; i < lanes; ++i) gradients[i] += other.gradients[i], products[i] += other.products[i];
  }
};

// gradient -> gradient * factor + (image - mean) * of_image + shift, the mean being what a float holds of it.
struct Line {
  float mean[lanes], factor[lanes], of_image[lanes], shift[lanes];
};

struct BatchNormGradient : ByChannel<BatchNormGradient, ops::BatchNormGradient, Sums, Line> {
  using Op = ops::BatchNormGradient;
  using Moments = ops::BatchNormTrain::Moments;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("batchnorm_gradient");

  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    const int images = arrays_at(op);
    for (int i = 0; i < images + 4; ++i)
      if (i < images ? !in_blocks(in[i]) : !is_f32(in[i])) return false;
    return in_blocks(out);
  }
  static double cycles(const Op&, const Tensor& out) { return registers_of(out) * 8; }

  // The first input that is there once: scales, moments, and both sums so far.
  static int arrays_at(const Op& op) { return op.activation == Activation::linear ? 2 : 3; }
  static const float* array(const Op& op, const Call& call, int i) {
    return static_cast<const float*>(call.in[arrays_at(op) + i].data);
  }
  static Moments moments_of(const Op& op, const Call& call, int c) {
    return Moments::at(array(op, call, 1), c);
  }

  // Calls visit(x, image, gradient by what went into the activation) for a row.
  template <class Visit>
  NIGHTJAR_INLINE static void each(const Op& op, const Call& call, int n, int c, int y, const Visit& visit) {
    const float *image = call.in[0].at(n, c, y, 0), *gradient = call.in[1].at(n, c, y, 0);
    const int width = call.in[0].shape.w;
    if (op.activation == Activation::linear) {
      for (int x = 0; x < width; ++x) visit(x, load(image + x * lanes), load(gradient + x * lanes));
      return;
    }
    const float* activated = call.in[2].at(n, c, y, 0);
    with_slope(op.activation, [&](const auto& slope) {
      for (int x = 0; x < width; ++x)
        visit(x, load(image + x * lanes), load(gradient + x * lanes) * slope(load(activated + x * lanes)));
    });
  }

  static Sums sums_of(const Op& op, const Call& call, int n, int c) {
    const Tensor& in = call.in[0];
    float means[lanes] = {};
    for (int i = 0; i < min(lanes, in.shape.c - c); ++i) means[i] = float(moments_of(op, call, c + i).mean);
    const Vec mean = load(means);
    Sums sums;
    for (int y = 0; y < in.shape.h; ++y) {
      Vec gradients = set(0.f), products = set(0.f);
      each(op, call, n, c, y, [&](int, Vec image, Vec gradient) {
        gradients = gradients + gradient;
        products = fma(gradient, image - mean, products);
      });
      float g[lanes], p[lanes];
      store(g, gradients), store(p, products);
      for (int i = 0; i < lanes; ++i) sums.gradients[i] += g[i], sums.products[i] += p[i];
    }
    return sums;
  }

  static void finish(const Op& op, const Call& call, int c, const Sums& all, int i, Line& line) {
    const Moments moments = moments_of(op, call, c);
    const double off = moments.mean - double{float(moments.mean)};
    const Op::Channel channel{op.form, double(call.in[0].pixels()), moments.variance, array(op, call, 0)[c]};
    const double sum = all.gradients[i], products = all.products[i] - off * sum;
    const Op::Channel::Linear linear = channel.linear(sum, products);
    line.mean[i] = float(moments.mean);
    line.factor[i] = float(linear.factor);
    line.of_image[i] = float(linear.of_distance);
    line.shift[i] = float(linear.rest - off * linear.of_distance);
    const auto out = [&](int output) { return static_cast<float*>(call.outs[output].data); };
    out(1)[c] = float(array(op, call, 2)[c] + products / channel.deviation());
    out(2)[c] = float(array(op, call, 3)[c] + sum);
  }

  static void apply(const Op& op, const Call& call, const Rows& rows, int begin, int end, const Line* lines) {
    rows.each(begin, end, [&](int n, int c, int y) {
      const Line& line = lines[c / lanes];
      const Vec mean = load(line.mean), factor = load(line.factor);
      const Vec of_image = load(line.of_image), shift = load(line.shift);
      float* to = call.out().at(n, c, y, 0);
      each(op, call, n, c, y, [&](int x, Vec image, Vec gradient) {
        store(to + x * lanes, fma(gradient, factor, fma(image - mean, of_image, shift)));
      });
    });
  }
};

}  // namespace

constexpr CpuKernel batchnorm_gradient = cpu_kernel<BatchNormGradient>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
