#pragma once

#include "kernels/ops/op.h"
#include "kernels/ops/words.h"

namespace nightjar::ops {

// Convolution transposed: each value of the input lays its filter over the output, `stride` cells from its
// neighbour's, and what lies on a cell adds up; `pad` cells are cut off on each side.
//   out[n][y][x] = act(sum over c, ky, kx, i, j with y = i*stride + ky - pad and x = j*stride + kx - pad
//                      of w[n][c][ky][kx] * in[c][i][j]  + bias[n])
struct Deconv {
  Shape in, out;
  int size = 1, stride = 1, pad = 0;
  Activation activation = Activation::linear;
  bool bias = false;

  Shape weights() const { return {out.c, in.c, size * size}; }
  Operands reads() const {
    Operands all{data("image", in), weight("weights", weights())};
    if (bias) all.push_back(weight("biases", {out.c, 1, 1}));
    return all;
  }
  Operands writes() const { return {data("sums", out)}; }
  static std::int64_t side(int in, int size, int stride, int pad) {
    return std::int64_t{in - 1} * stride + size - std::int64_t{2} * pad;
  }
  bool agrees() const {
    return out.h == side(in.h, size, stride, pad) && out.w == side(in.w, size, stride, pad);
  }
  std::int64_t flops() const { return 2 * in.size() * out.c * size * size; }
  std::string words() const {
    return "deconv " + size_and_strides(size, stride, stride) + plus_activation(activation);
  }
  Columns columns() const { return {std::to_string(out.c), size_and_strides(size, stride, stride)}; }

  Fuses fuses() const {
    const bool bare = activation == Activation::linear;
    return {.bias = bare && !bias, .activation = bare};
  }
  void fuse_bias() { bias = true; }
  void fuse_activation(Activation a) { activation = a; }

  std::optional<Gradient> gradient() const { return std::nullopt; }
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
