// What the losses of all detection heads read and tell: truths, and parts that a block's threads add up.
#pragma once

#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/ops/losses/overlap.h"
#include "kernels/ops/losses/parts.h"
#include "kernels/ops/losses/truth.h"

namespace nightjar::cuda {

constexpr int loss_threads = 128;

// The truths of images, as they come: (field, box) by pixel.
struct TruthView {
  View<const float> values;
  int boxes, classes;

  NIGHTJAR_DEVICE float field(int n, int box, int number) const {
    return values.at(n * TrueBox::floats + number, box)[0];
  }
  NIGHTJAR_DEVICE bool is_end(int n, int box) const { return !(field(n, box, 2) > 0); }
  NIGHTJAR_DEVICE int class_of(int n, int box) const { return static_cast<int>(field(n, box, 4)); }
  NIGHTJAR_DEVICE bool has_class(int n, int box) const {
    return class_of(n, box) >= 0 && class_of(n, box) < classes;
  }
  NIGHTJAR_DEVICE CentredBox box_of(int n, int box) const {
    return {field(n, box, 0), field(n, box, 1), field(n, box, 2), field(n, box, 3)};
  }
};

// Sums over a block's threads, in their order, for part `threadIdx.x`, of which there are fewer; a barrier
// lies within.
NIGHTJAR_DEVICE double sum_over_block(const PartSums& own) {
  const int thread = static_cast<int>(threadIdx.x);
  const Shared<double> sums = shared_memory<double>(0, LossParts::count * loss_threads);
  for (int part = 0; part < LossParts::count; ++part) sums[part * loss_threads + thread] = own.sum_of(part);
  __syncthreads();
  double total = 0;
  if (thread < LossParts::count)
    for (int other = 0; other < loss_threads; ++other) total += sums[thread * loss_threads + other];
  return total;
}
constexpr int part_sums_bytes = LossParts::count * loss_threads * 8;

}  // namespace nightjar::cuda
