#pragma once

#include "kernels/ops/op.h"
#include "kernels/ops/windows.h"
#include "kernels/ops/words.h"

namespace nightjar::ops {

// As a convolution, but with filters and biases of its own in each place: with l = y * out.w + x
//   out[n][y][x] = act(sum_c,ky,kx w[l][n][c][ky][kx] * in[c][y*stride - pad + ky][x*stride - pad + kx]
//                      + bias[n][y][x]), zero padded.
struct Local {
  Shape in, out;
  int size = 1, stride = 1, pad = 0;
  Activation activation = Activation::linear;

  NIGHTJAR_INLINE int places() const { return out.h * out.w; }
  Shape weights() const { return {places() * out.c, in.c, size * size}; }
  Operands reads() const { return {data("image", in), weight("weights", weights()), weight("biases", out)}; }
  Operands writes() const { return {data("sums", out)}; }
  bool agrees() const {
    const std::int64_t padding = std::int64_t{2} * pad;
    return out.h == window_count(in.h, padding, size, stride) &&
           out.w == window_count(in.w, padding, size, stride);
  }
  std::int64_t flops() const { return 2 * out.size() * in.c * size * size; }
  std::string words() const {
    return "local " + size_and_strides(size, stride, stride) + plus_activation(activation);
  }
  Columns columns() const { return {std::to_string(out.c), size_and_strides(size, stride, stride)}; }

  Fuses fuses() const { return {.activation = activation == Activation::linear}; }
  void fuse_activation(Activation a) { activation = a; }

  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
