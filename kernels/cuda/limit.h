// How fast a step could be at best: the yardstick that no kernel can beat.
#pragma once

#include "kernels/cuda/kernel.h"

namespace nightjar::cuda {

// Of a GPU as its data sheet has it.
struct Peak {
  Device device;
  double clock_ghz = 0;
  double bytes_per_microsecond = 0;  // of its memory: 3.35e6 for 3.35 TB/s
};

// Multiply-adds of one multiprocessor in a cycle: on the matrix units ("tensor cores") where `precision` lets
// a kernel use them, dense, summed in fp32. A generation that the table does not name counts as the one
// before it.
double macs_per_cycle(int sm, Precision precision);

// The larger of two times, for the whole batch (the "roofline"): to multiply, at the device's peak for
// `precision`, and to move what the operation reads, its weights and what it writes once through memory,
// floats stored as `type`.
double limit_microseconds(const Op& op, int batch, Type type, const Peak& peak, Precision precision);

}  // namespace nightjar::cuda
