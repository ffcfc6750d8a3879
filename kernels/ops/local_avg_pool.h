#pragma once

#include "kernels/ops/op.h"
#include "kernels/ops/windows.h"
#include "kernels/ops/words.h"

namespace nightjar::ops {

// As MaxPool with the mean of the cells inside the image.
struct LocalAvgPool {
  Shape in, out;
  int size = 2, stride_x = 2, stride_y = 2, padding = 1;

  Operands reads() const { return {data("image", in)}; }
  Operands writes() const { return {data("means", out)}; }
  bool agrees() const { return pools(*this); }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "avgpool " + size_and_strides(size, stride_x, stride_y); }
  Columns columns() const { return {"", size_and_strides(size, stride_x, stride_y)}; }
  Fuses fuses() const { return {}; }
  std::optional<Gradient> gradient() const;
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
