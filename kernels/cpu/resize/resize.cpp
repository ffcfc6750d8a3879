#include "kernels/cpu/resize/resize.h"

#include "kernels/cpu/rows.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

bool Upsample::accepts(const Op& op, const Tensor* in, const Tensor& out) {
  return !op.down && in[0].block == lanes && out.block == lanes;
}

double Upsample::cycles(const Op& op, const Tensor& out) {
  return double(out.blocks()) * op.out.h * op.out.w;
}

Work Upsample::work(const Op& op, const Call& call) {
  return {1, {Rows(call, op.in.h).items()}};
}

void Upsample::run(const Op& op, const Call& call, int, int begin, int end, Scratch) {
  Rows(call, op.in.h).each(begin, end, [&](int n, int c, int y) {
    const float* from = call.in[0].at(n, c, y, 0);
    for (int dy = 0; dy < op.stride; ++dy) {
      float* to = call.out.at(n, c, y * op.stride + dy, 0);
      for (int x = 0; x < op.in.w; ++x) {
        const Vec value = load(from + x * lanes) * set(op.scale);
        for (int dx = 0; dx < op.stride; ++dx, to += lanes) store(to, value);
      }
    }
  });
}

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
  return in[source.input].block == lanes && last.input == source.input && source.channel % lanes == 0 &&
         channels == lanes;
}

}  // namespace

bool Concat::accepts(const Op&, const Tensor*, const Tensor& out) {
  return out.block == lanes;
}

double Concat::cycles(const Op& op, const Tensor& out) {
  return double(out.blocks()) * op.out.h * op.out.w * 4;
}

Work Concat::work(const Op&, const Call& call) {
  return {1, {Rows(call).items()}};
}

void Concat::run(const Op& op, const Call& call, int, int begin, int end, Scratch) {
  const Tensor& out = call.out;
  Rows(call).each(begin, end, [&](int n, int first, int y) {
    const int channels = op.out.c - first < lanes ? op.out.c - first : lanes;
    float* to = out.at(n, first, y, 0);
    Source source;
    if (one_block(op, call.in, first, channels, source)) {
      const float* from = call.in[source.input].at(n, source.channel, y, 0);
      if (from == to) return;  // this input was written here in the first place
      for (int x = 0; x < op.out.w; ++x) store(to + x * lanes, load(from + x * lanes));
      return;
    }
    // Lanes move: one channel after the other. Padding lanes get zeros.
    for (int k = 0; k < lanes; ++k) {
      source = k < channels ? source_of(op, first + k) : Source{0, 0};
      const Tensor& in = call.in[source.input];
      const float* from = in.at(n, source.channel, y, 0);
      for (int x = 0; x < op.out.w; ++x)
        to[x * lanes + k] = k < channels ? from[std::ptrdiff_t{x} * in.block] : 0;
    }
  });
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
