// random=1: a network that learns at many input sizes (docs/darknet-format.md section 12.8).
#pragma once

#include <cstdint>

#include "kernels/tensor.h"
#include "parsers/cfg.h"
#include "parsers/result.h"

namespace nightjar {

// AlexeyAB's rule: every ten updates another size, by its own steps, from the cfg's divided by `range` to the
// cfg's times it; the greatest at first and in the last hundred updates.
struct InputSizes {
  float range = 1;  // 1: the cfg's size throughout
  int step = 32;    // pixels
  int updates = 0;  // of the training
  std::uint64_t seed = 0;

  // Of the pictures of an update, counted from 1; `input` as the cfg has it. Of update and seed alone.
  Shape of(int update, const Shape& input) const;
};

// By `random` of the last layer, and resize_step. Errors: malformed, with the line.
Result<InputSizes> read_input_sizes(const Cfg& cfg);

}  // namespace nightjar
