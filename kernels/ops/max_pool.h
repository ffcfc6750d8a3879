#pragma once

#include "kernels/ops/op.h"
#include "kernels/ops/windows.h"
#include "kernels/ops/words.h"

namespace nightjar::ops {

// Maximum over size x size windows; window i starts at i*stride - padding/2. Cells outside the image do not
// count, nor does NaN: a window of nothing else has the least float.
struct MaxPool {
  Shape in, out;
  int size = 2, stride_x = 2, stride_y = 2, padding = 1;

  Operands reads() const { return {data("image", in)}; }
  Operands writes() const { return {data("maxima", out)}; }
  bool agrees() const { return pools(*this); }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "maxpool " + size_and_strides(size, stride_x, stride_y); }
  Columns columns() const { return {"", size_and_strides(size, stride_x, stride_y)}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const;
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
