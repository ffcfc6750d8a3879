// Gradients of a convolution of each channel by itself.
#include "kernels/cpu/conv/accumulate.h"
#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/rows.h"
#include "kernels/ops/gradients/conv_data_gradient.h"
#include "kernels/ops/gradients/conv_weights_gradient.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

bool is_depthwise(const ops::Conv& conv) {
  return conv.groups == conv.in.c && conv.groups == conv.out.c;
}

// Blocks of channels as items; images in order, each row summed up by itself.
struct WeightsGradient : CpuKernelDefaults {
  using Op = ops::ConvWeightsGradient;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("conv_weights_gradient_depthwise");

  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    return is_depthwise(op.conv) && in_blocks(in[0]) && in_blocks(in[1]) && is_f32(in[2]) && is_f32(out);
  }
  static int halo(const Op& op) { return op.conv.pad; }
  static double cycles(const Op& op, const Tensor&) { return double(op.flops()) / 2 / lanes; }
  static Work prepare(const Op& op, const Call& call, Prepared&) {
    Work work{1, {call.in[1].blocks()}};
    work.thread_bytes = op.conv.size * op.conv.size * std::int64_t{sizeof(Vec)};
    return work;
  }

  static void run(const Op& op, const Call& call, const Prepared&, int, int begin, int end, Scratch scratch) {
    const int taps = op.conv.size * op.conv.size;
    float* sums = scratch.thread_floats();
    for (int block = begin; block < end; ++block) {
      for (int tap = 0; tap < taps; ++tap) store(sums + tap * lanes, set(0.f));
      for (int n = 0; n < call.in[1].batch; ++n)
        for (int y = 0; y < op.conv.out.h; ++y) add_row(op.conv, call, n, block * lanes, y, sums);
      const auto* so_far = static_cast<const float*>(call.in[2].data);
      auto* total = static_cast<float*>(call.out().data);
      for (int i = 0; i < min(lanes, op.conv.out.c - block * lanes); ++i) {
        for (int tap = 0; tap < taps; ++tap) {
          const std::int64_t at = std::int64_t{block * lanes + i} * taps + tap;
          total[at] = so_far[at] + sums[tap * lanes + i];
        }
      }
    }
  }

 private:
  static void add_row(const ops::Conv& conv, const Call& call, int n, int c, int y, float* sums) {
    constexpr int most = 3;  // taps side by side, for as many sums that do not wait for one another
    for (int ky = 0; ky < conv.size; ++ky) {
      for (int kx = 0; kx < conv.size; kx += most) {
        const float* image = call.in[0].at(n, c, y * conv.stride_y - conv.pad + ky * conv.dilation,
                                           kx * conv.dilation - conv.pad);
        const float* gradient = call.in[1].at(n, c, y, 0);
        float* to = sums + (ky * conv.size + kx) * lanes;
        switch (min(most, conv.size - kx)) {
          case 3:
            add_taps<3>(conv, image, gradient, to);
            break;
          case 2:
            add_taps<2>(conv, image, gradient, to);
            break;
          default:
            add_taps<1>(conv, image, gradient, to);
        }
      }
    }
  }
  template <int taps>
  NIGHTJAR_INLINE static void add_taps(const ops::Conv& conv, const float* image, const float* gradient,
                                       float* sums) {
    Vec row[taps] = {};
    for (int x = 0; x < conv.out.w; ++x, image += conv.stride_x * lanes) {
      const Vec g = load(gradient + x * lanes);
      for (int t = 0; t < taps; ++t) row[t] = fma(load(image + t * conv.dilation * lanes), g, row[t]);
    }
    for (int t = 0; t < taps; ++t) store(sums + t * lanes, load(sums + t * lanes) + row[t]);
  }
};

// Rows of the image as items: each takes the taps of the gradient's rows that reached it. Weights are packed
// [block][tap][lanes].
struct DataGradient : RowKernel {
  using Op = ops::ConvDataGradient;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("conv_data_gradient_depthwise");

  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    return is_depthwise(op.conv) && in_blocks(in[0]) && in_blocks(out);
  }
  static double cycles(const Op& op, const Tensor&) { return double(op.flops()) / lanes; }
  static std::int64_t packed_bytes(const Op& op) {
    const ops::Conv& conv = op.conv;
    return std::int64_t{ceil_div(conv.in.c, lanes)} * conv.size * conv.size * lanes * int(sizeof(float));
  }
  static void pack(const Op& op, Weights weights, void* packed) {
    auto* to = static_cast<float*>(packed);
    const int taps = op.conv.size * op.conv.size;
    for (int c = 0; c < op.conv.in.c; c += lanes)
      for (int tap = 0; tap < taps; ++tap)
        for (int i = c; i < c + lanes; ++i)
          *to++ = i < op.conv.in.c ? weights[0][std::int64_t{i} * taps + tap] : 0;
  }

  static void run(const Op& op, const Call& call, const Rows& rows, int, int begin, int end, Scratch) {
    const ops::Conv& conv = op.conv;
    const int taps = conv.size * conv.size;
    rows.each(begin, end, [&](int n, int c, int y) {
      float* to = call.out().at(n, c, y, 0);
      for (int x = 0; x < conv.in.w; ++x) store(to + x * lanes, set(0.f));
      for (int tap = 0; tap < taps; ++tap) {
        const int reached = y + conv.pad - tap / conv.size * conv.dilation;
        if (reached < 0 || reached % conv.stride_y != 0 || reached / conv.stride_y >= conv.out.h) continue;
        const Vec weight = load(call.packed_as<float>() + (std::int64_t{c} * taps + tap * lanes));
        const float* from = call.in[0].at(n, c, reached / conv.stride_y, 0);
        const int left = tap % conv.size * conv.dilation - conv.pad;  // where column 0's tap lies
        for (int x = 0; x < conv.out.w; ++x) {
          const int at = x * conv.stride_x + left;
          if (at < 0 || at >= conv.in.w) continue;
          store(to + at * lanes, fma(weight, load(from + x * lanes), load(to + at * lanes)));
        }
      }
    });
  }
};

}  // namespace

constexpr CpuKernel conv_weights_gradient_depthwise = cpu_kernel<WeightsGradient>();
constexpr CpuKernel conv_data_gradient_depthwise = cpu_kernel<DataGradient>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
