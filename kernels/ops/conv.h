#pragma once

#include "kernels/ops/op.h"
#include "kernels/ops/windows.h"
#include "kernels/ops/words.h"

namespace nightjar::ops {

// out[n] = act2(act(sum_c,ky,kx w[n][c][ky][kx] * in[c][..] + bias[n]) + residual), cross-correlation, zero
// padded. Group g of `groups` maps input channels [g*C/G, (g+1)*C/G) to filters [g*N/G, (g+1)*N/G).
struct Conv {
  Shape in, out;
  int size = 1, stride_x = 1, stride_y = 1;
  int pad = 0;  // cells of zeros on each side, already multiplied by the dilation
  int dilation = 1, groups = 1;
  Activation activation = Activation::linear;  // before the residual add
  bool bias = false;
  bool residual = false;
  Activation residual_activation = Activation::linear;  // after it

  Shape weights() const { return {out.c, in.c / groups, size * size}; }
  Operands reads() const {
    Operands all{data("image", in)};
    if (residual) all.push_back(data("residual", out));
    all.push_back(weight("weights", weights()));
    if (bias) all.push_back(weight("biases", {out.c, 1, 1}));
    return all;
  }
  Operands writes() const { return {data("sums", out)}; }
  bool agrees() const {
    const std::int64_t padding = std::int64_t{2} * pad, reach = std::int64_t{dilation} * (size - 1) + 1;
    return in.c % groups == 0 && out.c % groups == 0 &&
           out.h == window_count(in.h, padding, reach, stride_y) &&
           out.w == window_count(in.w, padding, reach, stride_x);
  }
  std::int64_t flops() const { return 2 * out.size() * (in.c / groups) * size * size; }

  std::string words() const {
    const std::string side = std::to_string(size);
    std::string text = "conv " + side + "x" + side;
    if (stride_x > 1 || stride_y > 1) text += "/" + std::to_string(stride_x);
    if (groups > 1) text += " g" + std::to_string(groups);
    if (dilation > 1) text += " d" + std::to_string(dilation);
    return text + plus_activation(activation) + (residual ? " + add" : "") +
           plus_activation(residual_activation);
  }
  Columns columns() const {
    std::string text = size_and_strides(size, stride_x, stride_y);
    if (dilation > 1) text += " d" + std::to_string(dilation);
    if (groups > 1) text += " g" + std::to_string(groups);
    return {std::to_string(out.c), text};
  }

  Fuses fuses() const {
    const bool bare = activation == Activation::linear && !residual;
    return {.bias = bare && !bias, .activation = bare, .residual = !residual};
  }
  void fuse_bias() { bias = true; }
  void fuse_activation(Activation a) { activation = a; }
  void fuse_residual(Activation after) { residual = true, residual_activation = after; }

  std::optional<Gradient> gradient() const;
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
