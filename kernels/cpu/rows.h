// Rows as items, for kernels that go through planes row by row.
//
// An image is cut into strips of neighbouring rows, a strip into channel blocks. So a thread has all channels
// of a part of the image, layer after layer, as it has in the convolutions, and finds in its own caches what
// it wrote there: with channels apart, half of what each layer reads was written by another core, which may
// share no cache with this one. The rows of a block in a strip follow each other, because windows overlap.
#pragma once

#include "kernels/cpu/kernel.h"
#include "kernels/cpu/simd/vec.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

class Rows {
 public:
  // Rows of the output, or `height` of them where a kernel goes by others.
  explicit Rows(const Call& call) : Rows(call, call.out().shape.h) {}
  Rows(const Call& call, int height)
      : height_(height),
        // A few for each thread, so that one that is held up can be helped.
        strips_(height < 4 * call.threads ? height : 4 * call.threads),
        blocks_(call.out().blocks()),
        block_(call.out().block),
        batch_(call.out().batch) {}

  int items() const { return batch_ * strips_ * blocks_; }

  // Calls visit(n, first channel, y) for the rows of items [begin, end).
  template <class Visit>
  NIGHTJAR_INLINE void each(int begin, int end, const Visit& visit) const {
    const Rows rows = *this;  // in registers: for all the compiler knows, visit() may write to this one
    for (int item = begin; item < end; ++item) {
      const int n = item / (rows.strips_ * rows.blocks_), strip = item / rows.blocks_ % rows.strips_;
      const int last = rows.first_row(strip + 1);
      for (int y = rows.first_row(strip); y < last; ++y) visit(n, item % rows.blocks_ * rows.block_, y);
    }
  }

 private:
  int first_row(int strip) const { return static_cast<int>(std::int64_t{height_} * strip / strips_); }

  int height_, strips_, blocks_, block_, batch_;
};

// A kernel that needs to know no more than its rows.
struct RowKernel : CpuKernelDefaults {
  using Prepared = Rows;
  template <class Op>
  static Work prepare(const Op&, const Call& call, Rows& rows) {
    rows = Rows(call);
    return {1, {rows.items()}};
  }
};

}  // namespace nightjar::cpu::NIGHTJAR_ISA
