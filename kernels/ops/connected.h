#pragma once

#include "kernels/ops/op.h"
#include "kernels/ops/words.h"

namespace nightjar::ops {

// out[o] = act(sum_i w[o][i] * in[i] + bias[o]) over the input flattened in CHW order.
struct Connected {
  Shape in;
  int outputs = 0;
  Activation activation = Activation::linear;
  bool bias = false;

  Shape out() const { return {outputs, 1, 1}; }
  Shape weights() const { return {outputs, in.c, in.h * in.w}; }
  Operands reads() const {
    Operands all{data("vector", in), weight("weights", weights())};
    if (bias) all.push_back(weight("biases", out()));
    return all;
  }
  Operands writes() const { return {data("sums", out())}; }
  bool agrees() const { return true; }
  std::int64_t flops() const { return 2 * in.size() * outputs; }
  std::string words() const { return "connected" + plus_activation(activation); }
  Columns columns() const { return {std::to_string(outputs), ""}; }

  Fuses fuses() const {
    const bool bare = activation == Activation::linear;
    return {.bias = bare && !bias, .activation = bare};
  }
  void fuse_bias() { bias = true; }
  void fuse_activation(Activation a) { activation = a; }

  std::optional<Gradient> gradient() const;
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
