#include "tests/kernels/conv_cases.h"

namespace nightjar::testing {
namespace {

using A = Activation;

// Each activation before a residual and, of another case, behind it.
std::vector<ConvSpec> activations() {
  std::vector<ConvSpec> all;
  for (int a = 0; a < activation_count; ++a) {
    all.push_back({.c = 8,
                   .h = 5,
                   .w = 6,
                   .n = 12,
                   .size = 3,
                   .activation = static_cast<A>(a),
                   .residual = true,
                   .residual_activation = static_cast<A>((a + 1) % activation_count)});
  }
  return all;
}

const std::vector<ConvSpec> first_layers{
    {.c = 3, .h = 9, .w = 11, .n = 16, .size = 3},
    {.c = 3, .h = 20, .w = 30, .n = 32, .size = 3, .stride = 2},
    {.c = 1, .h = 7, .w = 5, .n = 5, .size = 3},
    {.c = 3, .h = 19, .w = 19, .n = 20, .size = 7, .stride = 2},
    {.c = 3, .h = 23, .w = 23, .n = 33, .size = 11, .stride = 4, .pad = 0},
    {.c = 3, .h = 15, .w = 14, .n = 17, .size = 13},
    {.c = 3, .h = 9, .w = 107, .n = 8, .size = 3},
    {.c = 3, .h = 20, .w = 150, .n = 7, .size = 3, .stride = 2},
    {.c = 2, .h = 6, .w = 32, .n = 11, .size = 5, .activation = A::mish, .bias = false},
};

const std::vector<ConvSpec> pointwise{
    {.c = 16, .h = 1, .w = 1, .n = 16, .size = 1},
    {.c = 32, .h = 13, .w = 13, .n = 64, .size = 1},
    {.c = 40, .h = 5, .w = 7, .n = 24, .size = 1},
    {.c = 17, .h = 6, .w = 9, .n = 255, .size = 1, .activation = A::linear},
    {.c = 64, .h = 19, .w = 19, .n = 33, .size = 1, .activation = A::mish, .residual = true},
    {.c = 8, .h = 7, .w = 34, .n = 8, .size = 1, .residual = true},
    {.c = 4, .h = 5, .w = 80, .n = 7, .size = 1, .activation = A::mish},
    {.c = 29, .h = 6, .w = 26, .n = 11, .size = 1, .activation = A::linear, .bias = false},
    {.c = 9, .h = 5, .w = 6, .n = 10, .size = 1, .pad = 1},
    {.c = 9, .h = 7, .w = 8, .n = 10, .size = 1, .stride = 2},
    {.c = 9, .h = 7, .w = 8, .n = 10, .size = 1, .residual = true, .stride_y = 2},
};

const std::vector<ConvSpec> windows{
    {.c = 16, .h = 8, .w = 8, .n = 16, .size = 3},
    {.c = 16, .h = 13, .w = 13, .n = 48, .size = 3, .residual = true},
    {.c = 33, .h = 10, .w = 14, .n = 31, .size = 3, .activation = A::mish},
    {.c = 32, .h = 1, .w = 29, .n = 32, .size = 3},
    {.c = 32, .h = 29, .w = 1, .n = 32, .size = 3},
    {.c = 20, .h = 26, .w = 26, .n = 70, .size = 3, .activation = A::swish, .residual = true},
    {.c = 32, .h = 26, .w = 26, .n = 64, .size = 3, .stride = 2},
    {.c = 24, .h = 15, .w = 17, .n = 40, .size = 3, .stride = 2, .bias = false},
    {.c = 16, .h = 12, .w = 12, .n = 16, .size = 3, .stride = 3},
    {.c = 16, .h = 12, .w = 12, .n = 16, .size = 3, .stride = 1, .stride_y = 2},
    {.c = 16, .h = 12, .w = 12, .n = 32, .size = 3, .dilation = 2},
    {.c = 16, .h = 17, .w = 12, .n = 16, .size = 3, .dilation = 4},
    {.c = 16, .h = 12, .w = 12, .n = 16, .size = 5, .pad = 0},
    {.c = 16, .h = 12, .w = 12, .n = 16, .size = 2, .pad = 0},
    {.c = 16, .h = 9, .w = 9, .n = 16, .size = 3, .activation = A::elu},
    {.c = 128, .h = 13, .w = 13, .n = 96, .size = 3, .activation = A::linear},
    {.c = 20, .h = 100, .w = 23, .n = 33, .size = 3, .residual = true},
    {.c = 20, .h = 101, .w = 23, .n = 33, .size = 3, .stride = 2},
    {.c = 16, .h = 20, .w = 203, .n = 20, .size = 3, .residual = true},
    {.c = 16, .h = 15, .w = 205, .n = 16, .size = 3, .stride = 2},
    {.c = 150, .h = 5, .w = 4, .n = 620, .size = 3, .residual = true},
    {.c = 150, .h = 7, .w = 5, .n = 470, .size = 3, .stride = 2},
};

const std::vector<ConvSpec> grouped{
    {.c = 64, .h = 9, .w = 9, .n = 64, .size = 3, .groups = 2},
    {.c = 64, .h = 9, .w = 9, .n = 64, .size = 3, .groups = 16},
    {.c = 24, .h = 9, .w = 9, .n = 36, .size = 3, .groups = 3},
    {.c = 48, .h = 9, .w = 9, .n = 12, .size = 1, .groups = 4},
    {.c = 32, .h = 14, .w = 14, .n = 32, .size = 3, .groups = 32, .activation = A::relu},
    {.c = 37, .h = 15, .w = 15, .n = 37, .size = 5, .stride = 2, .groups = 37, .activation = A::relu6},
    {.c = 8, .h = 7, .w = 33, .n = 8, .size = 3, .groups = 8, .activation = A::logistic, .residual = true},
    {.c = 20, .h = 11, .w = 13, .n = 20, .size = 3, .groups = 20, .dilation = 2},
    {.c = 20, .h = 11, .w = 13, .n = 20, .size = 3, .stride = 2, .groups = 20, .dilation = 3},
    {.c = 20, .h = 11, .w = 13, .n = 20, .size = 3, .groups = 20, .stride_y = 2},
};

}  // namespace

ops::Conv conv_of(const ConvSpec& s) {
  ops::Conv op;
  op.in = {s.c, s.h, s.w};
  op.size = s.size;
  op.stride_x = s.stride;
  op.stride_y = s.stride_y ? s.stride_y : s.stride;
  op.pad = (s.pad < 0 ? s.size / 2 : s.pad) * s.dilation;
  op.dilation = s.dilation;
  op.groups = s.groups;
  op.activation = s.activation;
  op.bias = s.bias;
  op.residual = s.residual;
  if (s.residual) op.residual_activation = s.residual_activation;
  const int reach = s.dilation * (s.size - 1) + 1;
  op.out = {s.n, (s.h + 2 * op.pad - reach) / op.stride_y + 1, (s.w + 2 * op.pad - reach) / op.stride_x + 1};
  return op;
}

OpCase conv(const ConvSpec& s) {
  const ops::Conv op = conv_of(s);
  const auto text = [](const Shape& shape) {
    return std::to_string(shape.c) + "x" + std::to_string(shape.h) + "x" + std::to_string(shape.w);
  };
  return {op.words() + ", " + text(op.in) + " -> " + text(op.out), op};
}

std::vector<ConvSpec> conv_cases() {
  std::vector<ConvSpec> all = activations();
  for (const auto& part : {first_layers, pointwise, windows, grouped})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace nightjar::testing
