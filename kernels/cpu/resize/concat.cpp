// What is left of a route that could not be done by addressing.
#include "kernels/ops/concat.h"

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/resize/moves.h"
#include "kernels/cpu/rows.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

// Where a channel of the output comes from.
struct Source {
  int input, channel;
};
Source source_of(const ops::Concat& op, int channel) {
  int i = 0;
  while (channel >= op.slices[i].channels) channel -= op.slices[i++].channels;
  return {i, op.slices[i].first + channel};
}

// True if the channels [first, first + channels) of the output are one whole, aligned block of one input.
bool one_block(const ops::Concat& op, const Tensor* in, int first, int channels, Source& source) {
  source = source_of(op, first);
  const Source last = source_of(op, first + channels - 1);
  return in_blocks(in[source.input]) && last.input == source.input && source.channel % lanes == 0 &&
         channels == lanes;
}

struct Concat : RowKernel {
  using Op = ops::Concat;
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("concat");

  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    for (int i = 0; i < op.inputs(); ++i) {
      if (!is_f32(in[i])) return false;
    }
    return in_blocks(out);
  }
  static double cycles(const Op&, const Tensor& out) { return registers_of(out) * 4; }

  static void run(const Op& op, const Call& call, const Rows& rows, int, int begin, int end, Scratch) {
    const Tensor& out = call.out();
    const int width = out.shape.w;
    rows.each(begin, end, [&](int n, int first, int y) {
      const int channels = out.shape.c - first < lanes ? out.shape.c - first : lanes;
      float* to = out.at(n, first, y, 0);
      Source source;
      if (one_block(op, call.in, first, channels, source)) {
        const float* from = call.in[source.input].at(n, source.channel, y, 0);
        // Else this input was written here in the first place.
        if (from != to) move_row(from, to, width * lanes);
        return;
      }
      // Lanes move: one channel after the other.
      for (int k = 0; k < channels; ++k) {
        source = source_of(op, first + k);
        move_channel(call.in[source.input], n, source.channel, y, to + k, lanes);
      }
      for (int k = channels; k < lanes; ++k) clear_channel(to + k, lanes, width);
    });
  }
};

}  // namespace

constexpr CpuKernel concat = cpu_kernel<Concat>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
