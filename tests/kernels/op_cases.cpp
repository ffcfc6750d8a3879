#include "tests/kernels/harness.h"

namespace nightjar::testing {
namespace {

struct ConvSpec {
  int c, h, w, n, size;
  int stride = 1, groups = 1, dilation = 1;
  int pad = -1;  // -1: size/2
  Activation activation = Activation::leaky;
  bool residual = false;
  bool bias = true;
  int stride_y = 0;
};

OpCase conv(const ConvSpec& s) {
  ops::Conv op;
  op.in = {s.c, s.h, s.w};
  op.size = s.size;
  op.stride_x = s.stride;
  op.stride_y = s.stride_y ? s.stride_y : s.stride;
  op.pad = (s.pad < 0 ? s.size / 2 : s.pad) * s.dilation;
  op.dilation = s.dilation;
  op.groups = s.groups;
  op.activation = s.activation;
  op.residual = s.residual;
  if (s.residual) op.residual_activation = Activation::relu;
  const int reach = s.dilation * (s.size - 1) + 1;
  op.out = {s.n, (s.h + 2 * op.pad - reach) / op.stride_y + 1, (s.w + 2 * op.pad - reach) / op.stride_x + 1};
  OpCase result;
  result.name = "conv " + std::to_string(s.c) + "x" + std::to_string(s.h) + "x" + std::to_string(s.w) +
                " -> " + std::to_string(s.n) + ", " + std::to_string(s.size) + "/" +
                std::to_string(s.stride) + " g" + std::to_string(s.groups) + " d" +
                std::to_string(s.dilation) + " " + name_of(s.activation) + (s.residual ? " + add" : "");
  result.op = op;
  result.in = {op.in};
  if (s.residual) result.in.push_back(op.out);
  result.out = op.out;
  result.arrays = {static_cast<std::size_t>(s.n) *
                   static_cast<std::size_t>(s.c / s.groups * s.size * s.size)};
  if (s.bias) result.arrays.push_back(static_cast<std::size_t>(s.n));
  return result;
}

void add_convolutions(std::vector<OpCase>& cases) {
  using A = Activation;
  for (const ConvSpec& s : std::vector<ConvSpec>{
           {.c = 3, .h = 9, .w = 11, .n = 16, .size = 3},
           {.c = 3, .h = 20, .w = 30, .n = 32, .size = 3, .stride = 2},
           {.c = 1, .h = 7, .w = 5, .n = 5, .size = 3},
           {.c = 3, .h = 19, .w = 19, .n = 20, .size = 7, .stride = 2},
           {.c = 3, .h = 23, .w = 23, .n = 33, .size = 11, .stride = 4, .pad = 0},
           {.c = 16, .h = 1, .w = 1, .n = 16, .size = 1},
           {.c = 32, .h = 13, .w = 13, .n = 64, .size = 1},
           {.c = 40, .h = 5, .w = 7, .n = 24, .size = 1},
           {.c = 17, .h = 6, .w = 9, .n = 255, .size = 1, .activation = A::linear},
           {.c = 64, .h = 19, .w = 19, .n = 33, .size = 1, .activation = A::mish, .residual = true},
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
           {.c = 64, .h = 9, .w = 9, .n = 64, .size = 3, .groups = 2},
           {.c = 64, .h = 9, .w = 9, .n = 64, .size = 3, .groups = 16},
           {.c = 24, .h = 9, .w = 9, .n = 36, .size = 3, .groups = 3},
           {.c = 48, .h = 9, .w = 9, .n = 12, .size = 1, .groups = 4},
           {.c = 32, .h = 14, .w = 14, .n = 32, .size = 3, .groups = 32, .activation = A::relu},
           {.c = 37, .h = 15, .w = 15, .n = 37, .size = 5, .stride = 2, .groups = 37, .activation = A::relu6},
           {.c = 8,
           .h = 7,
           .w = 33,
           .n = 8,
           .size = 3,
           .groups = 8,
           .activation = A::logistic,
           .residual = true},
           {.c = 3, .h = 9, .w = 107, .n = 8, .size = 3},
           {.c = 3, .h = 20, .w = 150, .n = 7, .size = 3, .stride = 2},
           {.c = 2, .h = 6, .w = 32, .n = 11, .size = 5, .activation = A::mish, .bias = false},
           {.c = 8, .h = 7, .w = 34, .n = 8, .size = 1, .residual = true},
           {.c = 4, .h = 5, .w = 80, .n = 7, .size = 1, .activation = A::mish},
           {.c = 29, .h = 6, .w = 26, .n = 11, .size = 1, .activation = A::linear, .bias = false},
           {.c = 128, .h = 13, .w = 13, .n = 96, .size = 3, .activation = A::linear},
           {.c = 20, .h = 100, .w = 23, .n = 33, .size = 3, .residual = true},
           {.c = 20, .h = 101, .w = 23, .n = 33, .size = 3, .stride = 2},
           {.c = 16, .h = 20, .w = 203, .n = 20, .size = 3, .residual = true},
           {.c = 16, .h = 15, .w = 205, .n = 16, .size = 3, .stride = 2},
           {.c = 150, .h = 5, .w = 4, .n = 620, .size = 3, .residual = true},
           {.c = 150, .h = 7, .w = 5, .n = 470, .size = 3, .stride = 2},
       }) {
    cases.push_back(conv(s));
  }
}

void add_pools(std::vector<OpCase>& cases) {
  struct PoolSpec {
    Shape in;
    int size, stride, padding;
  };
  for (const PoolSpec& s : std::vector<PoolSpec>{{{16, 8, 8}, 2, 2, 1},
                                                 {{16, 9, 7}, 2, 2, 1},
                                                 {{20, 13, 13}, 2, 1, 1},
                                                 {{16, 13, 13}, 5, 1, 4},
                                                 {{16, 13, 13}, 13, 1, 12},
                                                 {{3, 9, 9}, 3, 2, 2},
                                                 {{16, 4, 4}, 9, 1, 8},
                                                 {{16, 11, 11}, 3, 2, 0}}) {
    const Shape out{s.in.c, (s.in.h + s.padding - s.size) / s.stride + 1,
                    (s.in.w + s.padding - s.size) / s.stride + 1};
    const std::string size = std::to_string(s.size) + "/" + std::to_string(s.stride);
    cases.push_back(
        {"maxpool " + size, ops::MaxPool{s.in, out, s.size, s.stride, s.stride, s.padding}, {s.in}, out, {}});
    cases.push_back({"local avgpool " + size,
                     ops::LocalAvgPool{s.in, out, s.size, s.stride, s.stride, s.padding},
                     {s.in},
                     out,
                     {}});
  }
  const Shape in{37, 7, 9};
  cases.push_back({"avgpool", ops::AvgPool{in}, {in}, {37, 1, 1}, {}});
}

void add_eltwise(std::vector<OpCase>& cases) {
  const Shape s{37, 5, 6};
  cases.push_back({"add of 2", ops::Add{.shape = s}, {s, s}, s, {}});
  cases.push_back({"add of 3 + leaky",
                   ops::Add{.shape = s, .inputs = 3, .activation = Activation::leaky},
                   {s, s, s},
                   s,
                   {}});
  cases.push_back(
      {"add of 3, the last unequal", ops::Add{.shape = s, .inputs = 3}, {s, s, {20, 10, 12}}, s, {}});
  cases.push_back({"add of one twice as large",
                   ops::Add{.shape = {48, 5, 6}, .activation = Activation::relu},
                   {{48, 5, 6}, {32, 10, 12}},
                   {48, 5, 6},
                   {}});
  cases.push_back({"add of one half as large",
                   ops::Add{.shape = {32, 10, 12}},
                   {{32, 10, 12}, {64, 5, 6}},
                   {32, 10, 12},
                   {}});
  cases.push_back({"add of unequal", ops::Add{.shape = s}, {s, {20, 10, 12}}, s, {}});
  using Factor = ops::Multiply::Factor;
  cases.push_back(
      {"scale channels", ops::Multiply{s, Factor::per_channel, Activation::linear}, {{37, 1, 1}, s}, s, {}});
  cases.push_back(
      {"scale pixels", ops::Multiply{s, Factor::per_pixel, Activation::leaky}, {{1, 5, 6}, s}, s, {}});
  cases.push_back({"sam", ops::Multiply{s, Factor::full, Activation::logistic}, {s, s}, s, {}});
  for (int a = 0; a <= static_cast<int>(last_activation); ++a) {
    const auto activation = static_cast<Activation>(a);
    cases.push_back(
        {std::string("activate ") + name_of(activation), ops::Activate{s, activation}, {s}, s, {}});
  }
}

void add_moves(std::vector<OpCase>& cases) {
  const Shape s{20, 5, 6}, t{32, 5, 6};
  cases.push_back({"upsample", ops::Upsample{s, {20, 10, 12}, 2, false, 1.f}, {s}, {20, 10, 12}, {}});
  cases.push_back(
      {"upsample x4 scaled", ops::Upsample{s, {20, 20, 24}, 4, false, .5f}, {s}, {20, 20, 24}, {}});
  cases.push_back(
      {"concat aligned", ops::Concat{{48, 5, 6}, {{0, 32}, {0, 16}}}, {t, {16, 5, 6}}, {48, 5, 6}, {}});
  cases.push_back(
      {"concat of slices", ops::Concat{{26, 5, 6}, {{10, 10}, {16, 16}}}, {s, t}, {26, 5, 6}, {}});
  cases.push_back(
      {"concat of three", ops::Concat{{57, 5, 6}, {{0, 20}, {0, 32}, {3, 5}}}, {s, t, s}, {57, 5, 6}, {}});
}

void add_vectors(std::vector<OpCase>& cases) {
  const Shape s{10, 3, 3};
  cases.push_back({"connected", ops::Connected{s, 33, Activation::leaky}, {s}, {33, 1, 1}, {33 * 90, 33}});
  const Shape head{3 * 9, 13, 7};
  cases.push_back({"yolo head", ops::YoloHead{head, 3, 4, 1.f, false}, {head}, head, {}});
  const Shape small{3 * 9, 3, 3};
  cases.push_back({"yolo head of few cells", ops::YoloHead{small, 3, 4, 1.f, false}, {small}, small, {}});
  cases.push_back({"yolo head scaled", ops::YoloHead{head, 3, 4, 1.2f, false}, {head}, head, {}});
  cases.push_back({"yolo head, new coordinates", ops::YoloHead{head, 3, 4, 2.f, true}, {head}, head, {}});
}

// Operations that only some backends have kernels of their own for.
void add_rare(std::vector<OpCase>& cases) {
  const Shape s{24, 6, 10};
  const std::size_t c = 24;
  cases.push_back({"batchnorm", ops::BatchNorm{s}, {s}, s, {c, c, c, c}});
  using Kind = ops::NormalizeChannels::Kind;
  for (const Kind kind : {Kind::relu, Kind::softmax, Kind::softmax_maxval}) {
    cases.push_back({"normalize channels", ops::NormalizeChannels{s, kind}, {s}, s, {}});
  }
  using Weights = ops::Add::Weights;
  using Normalization = ops::Add::Normalization;
  cases.push_back({"weighted add",
                   ops::Add{s, 3, Activation::leaky, Weights::per_feature, Normalization::relu},
                   {s, s, s},
                   s,
                   {3}});
  cases.push_back({"weighted add of channels",
                   ops::Add{s, 2, Activation::linear, Weights::per_channel, Normalization::softmax},
                   {s, s},
                   s,
                   {2 * c}});
  cases.push_back({"add of a smaller one", ops::Add{.shape = s}, {s, {8, 3, 5}}, s, {}});
  cases.push_back({"upsample down", ops::Upsample{s, {24, 3, 5}, 2, true, .5f}, {s}, {24, 3, 5}, {}});
  cases.push_back({"maxpool over channels", ops::MaxPoolDepth{s, {5, 6, 10}}, {s}, {5, 6, 10}, {}});
  for (const bool reverse : {false, true}) {
    for (const bool space_to_depth : {false, true}) {
      const Shape deep{96, 3, 5};
      const Shape in = reverse ? deep : s, out = reverse ? s : deep;
      cases.push_back({"reorg", ops::Reorg{in, out, 2, reverse, space_to_depth}, {in}, out, {}});
    }
  }
  cases.push_back({"softmax of groups", ops::Softmax{s, 3, .7f, {}}, {s}, s, {}});
  cases.push_back(
      {"softmax of a tree", ops::Softmax{{24, 1, 1}, 1, 1.f, {5, 1, 18}}, {{24, 1, 1}}, {24, 1, 1}, {}});
  const Shape head{2 * 13, 5, 7};
  cases.push_back({"gaussian head", ops::GaussianHead{head, 2, 4, 1.1f}, {head}, head, {}});
  const Shape region{2 * 10, 5, 7};
  using Classes = ops::RegionHead::Classes;
  for (const Classes classes : {Classes::logistic, Classes::softmax, Classes::raw}) {
    cases.push_back({"region head", ops::RegionHead{region, 2, 5, 4, classes, {}}, {region}, region, {}});
  }
  cases.push_back(
      {"region head, tree", ops::RegionHead{region, 2, 5, 4, Classes::tree, {2, 3}}, {region}, region, {}});
}

std::vector<OpCase> make_cases() {
  std::vector<OpCase> cases;
  add_convolutions(cases);
  add_pools(cases);
  add_eltwise(cases);
  add_moves(cases);
  add_vectors(cases);
  add_rare(cases);
  return cases;
}

}  // namespace

const std::vector<OpCase>& op_cases() {
  static const std::vector<OpCase> cases = make_cases();
  return cases;
}

std::vector<OpCase> large_cases() {
  return {conv({.c = 3, .h = 261, .w = 521, .n = 16, .size = 3}),
          conv({.c = 8, .h = 261, .w = 521, .n = 16, .size = 3, .residual = true}),
          conv({.c = 4, .h = 521, .w = 1041, .n = 16, .size = 3, .stride = 2}),
          conv({.c = 16, .h = 261, .w = 521, .n = 16, .size = 3, .groups = 16})};
}

}  // namespace nightjar::testing
