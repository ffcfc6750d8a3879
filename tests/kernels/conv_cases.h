// Convolutions, written short.
#pragma once

#include "kernels/ops/conv.h"
#include "tests/kernels/op_cases.h"

namespace nightjar::testing {

struct ConvSpec {
  int c, h, w, n, size;
  int stride = 1, groups = 1, dilation = 1;
  int pad = -1;  // -1: size/2
  Activation activation = Activation::leaky;
  bool residual = false;
  Activation residual_activation = Activation::relu;
  bool bias = true;
  int stride_y = 0;
};
ops::Conv conv_of(const ConvSpec& spec);
OpCase conv(const ConvSpec& spec);

// The convolutions of op_cases().
std::vector<ConvSpec> conv_cases();

}  // namespace nightjar::testing
