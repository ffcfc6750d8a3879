// What batch normalisation and its gradient do alike: with sums over a channel of the batch known, both are
// linear in what they read. Phase 0 sums over each image, phase 1 over the batch, which makes a line of each
// channel, and phase 2 writes by the lines.
#pragma once

#include "kernels/cpu/kernel.h"
#include "kernels/cpu/rows.h"
#include "kernels/cpu/simd/vec.h"
#include "kernels/cpu/whole_numbers.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

// Of a block of channels: Sums add up, Line has arrays of lanes. A kernel K adds, besides what any does:
//   // Over image n, of the block from channel c on.
//   static Sums sums_of(const Op&, const Call&, int n, int c);
//   // Channel c of the batch.
//   static void finish(const Op&, const Call&, int c, const Sums&, int lane, Line&);
//   // A line a block.
//   static void apply(const Op&, const Call&, const Rows&, int begin, int end, const Line*);
template <class K, class Op, class Sums, class Line>
struct ByChannel : CpuKernelDefaults {
  using Prepared = Rows;

  static Work prepare(const Op&, const Call& call, Rows& rows) {
    const Tensor& out = call.out();
    rows = Rows(call);
    Work work{3, {out.batch * out.blocks(), out.blocks(), rows.items()}};
    work.shared_bytes = lines_at(call) + out.blocks() * std::int64_t{sizeof(Line)};
    return work;
  }

  static void run(const Op& op, const Call& call, const Rows& rows, int phase, int begin, int end,
                  Scratch scratch) {
    auto* sums = static_cast<Sums*>(scratch.shared);
    auto* lines = reinterpret_cast<Line*>(static_cast<std::byte*>(scratch.shared) + lines_at(call));
    if (phase == 2) return K::apply(op, call, rows, begin, end, lines);
    const int blocks = call.in[0].blocks();
    for (int item = begin; item < end; ++item) {
      if (phase == 0)
        sums[item] = K::sums_of(op, call, item / blocks, item % blocks * lanes);
      else
        lines[item] = line_of(op, call, item, sums);
    }
  }

 private:
  static std::int64_t lines_at(const Call& call) {
    return std::int64_t{sizeof(Sums)} * call.out().batch * call.out().blocks();
  }

  static Line line_of(const Op& op, const Call& call, int block, const Sums* by_image) {
    const Tensor& in = call.in[0];
    Sums all;
    for (int n = 0; n < in.batch; ++n) all.add(by_image[n * in.blocks() + block]);
    Line line{};  // lanes behind the last channel become zeros
    const int first = block * lanes;
    for (int i = 0; i < min(lanes, in.shape.c - first); ++i) K::finish(op, call, first + i, all, i, line);
    return line;
  }
};

}  // namespace nightjar::cpu::NIGHTJAR_ISA
