#include "tests/kernels/op_cases.h"

#include "kernels/ops/activate.h"
#include "kernels/ops/add.h"
#include "kernels/ops/avg_pool.h"
#include "kernels/ops/batch_norm.h"
#include "kernels/ops/binarise_weights.h"
#include "kernels/ops/binomial_filter.h"
#include "kernels/ops/blend.h"
#include "kernels/ops/clamp.h"
#include "kernels/ops/concat.h"
#include "kernels/ops/connected.h"
#include "kernels/ops/constant.h"
#include "kernels/ops/conv_int8.h"
#include "kernels/ops/conv_xnor.h"
#include "kernels/ops/copy.h"
#include "kernels/ops/crop.h"
#include "kernels/ops/deconv.h"
#include "kernels/ops/dequantise.h"
#include "kernels/ops/fold_batch_norm.h"
#include "kernels/ops/heads/gaussian_head.h"
#include "kernels/ops/heads/region_head.h"
#include "kernels/ops/heads/yolo_head.h"
#include "kernels/ops/local.h"
#include "kernels/ops/local_avg_pool.h"
#include "kernels/ops/local_response_norm.h"
#include "kernels/ops/max_pool.h"
#include "kernels/ops/max_pool_depth.h"
#include "kernels/ops/multiply.h"
#include "kernels/ops/normalize_channels.h"
#include "kernels/ops/quantise.h"
#include "kernels/ops/quantise_weights.h"
#include "kernels/ops/reorg.h"
#include "kernels/ops/reshape.h"
#include "kernels/ops/softmax.h"
#include "kernels/ops/upsample.h"
#include "tests/kernels/conv_cases.h"

namespace nightjar::testing {
namespace {

void add_pools(std::vector<OpCase>& cases) {
  struct PoolSpec {
    Shape in;
    int size, stride_x, stride_y, padding;
  };
  for (const PoolSpec& s : std::vector<PoolSpec>{{{16, 8, 8}, 2, 2, 2, 1},
                                                 {{16, 9, 7}, 2, 2, 2, 1},
                                                 {{20, 13, 13}, 2, 1, 1, 1},
                                                 {{16, 13, 13}, 5, 1, 1, 4},
                                                 {{16, 13, 13}, 13, 1, 1, 12},
                                                 {{3, 9, 9}, 3, 2, 2, 2},
                                                 {{16, 4, 4}, 9, 1, 1, 8},
                                                 {{16, 11, 11}, 3, 2, 2, 0},
                                                 {{18, 3, 61}, 2, 2, 2, 1},
                                                 {{18, 61, 3}, 3, 1, 1, 2},
                                                 {{5, 9, 40}, 3, 1, 2, 2},
                                                 {{5, 40, 9}, 2, 2, 1, 0}}) {
    const Shape out{s.in.c, (s.in.h + s.padding - s.size) / s.stride_y + 1,
                    (s.in.w + s.padding - s.size) / s.stride_x + 1};
    const ops::MaxPool pool{s.in, out, s.size, s.stride_x, s.stride_y, s.padding};
    const std::string shape = " of " + std::to_string(s.in.h) + "x" + std::to_string(s.in.w);
    cases.push_back({pool.words() + shape, pool});
    cases.push_back(
        {"local avgpool" + shape, ops::LocalAvgPool{s.in, out, s.size, s.stride_x, s.stride_y, s.padding}});
  }
  cases.push_back({"avgpool", ops::AvgPool{{37, 7, 9}}});
  cases.push_back({"maxpool over channels", ops::MaxPoolDepth{{24, 6, 10}, {6, 6, 10}}});
}

void add_sums(std::vector<OpCase>& cases) {
  const Shape s{37, 5, 6}, t{24, 6, 10};
  cases.push_back({"add of 2", ops::Add{{s, s}}});
  cases.push_back({"add of 3 + leaky", ops::Add{{s, s, s}, Activation::leaky}});
  cases.push_back({"add of 3, the last unequal", ops::Add{{s, s, {20, 10, 12}}}});
  cases.push_back({"add of one twice as large", ops::Add{{{48, 5, 6}, {32, 10, 12}}, Activation::relu}});
  cases.push_back({"add of one half as large", ops::Add{{{32, 10, 12}, {64, 5, 6}}}});
  cases.push_back({"add of one half as large, with sides left over", ops::Add{{{32, 11, 13}, {64, 5, 6}}}});
  cases.push_back({"add of unequal", ops::Add{{s, {20, 10, 12}}}});
  cases.push_back({"add of a smaller one", ops::Add{{t, {8, 3, 5}}}});
  using Weights = ops::Add::Weights;
  using Normalization = ops::Add::Normalization;
  cases.push_back(
      {"weighted add", ops::Add{{t, t, t}, Activation::leaky, Weights::per_feature, Normalization::relu}});
  cases.push_back({"weighted add of channels",
                   ops::Add{{t, t}, Activation::linear, Weights::per_channel, Normalization::softmax}});
}

void add_eltwise(std::vector<OpCase>& cases) {
  const Shape s{37, 5, 6}, t{24, 6, 10};
  using Factor = ops::Multiply::Factor;
  cases.push_back({"scale channels", ops::Multiply{s, Factor::per_channel, Activation::linear}});
  cases.push_back({"scale pixels", ops::Multiply{s, Factor::per_pixel, Activation::leaky}});
  cases.push_back({"sam", ops::Multiply{s, Factor::full, Activation::logistic}});
  for (int a = 0; a < activation_count; ++a) {
    const ops::Activate op{s, static_cast<Activation>(a)};
    cases.push_back({"activate " + op.words(), op});
  }
  cases.push_back({"blend of two gates", ops::Blend{s}});
  cases.push_back({"blend with the rest", ops::Blend{t, true}});
  cases.push_back({"blend of vectors", ops::Blend{{37, 1, 1}, true}});
  cases.push_back({"clamp", ops::Clamp{s, .4f}});
  cases.push_back({"batchnorm", ops::BatchNorm{t}});
  cases.push_back({"fold batchnorm", ops::FoldBatchNorm{{7, 5, 9}}});
  using Form = ops::NormalizeChannels::Form;
  for (const Form form : {Form::relu, Form::softmax, Form::softmax_maxval, Form::l2}) {
    for (const Shape& shape : {s, t, Shape{2, 5, 6}}) {  // of two channels both may be below 0
      const ops::NormalizeChannels op{shape, form};
      cases.push_back({op.words(), op});
    }
  }
  // Windows of odd and even sizes, and wider than the channels.
  for (const auto& [shape, size] : {std::pair{s, 5}, {t, 1}, {t, 4}, {{5, 3, 4}, 9}, {{5, 3, 4}, 24}}) {
    const ops::LocalResponseNorm op{shape, size, .2f, .75f, 2.f};
    cases.push_back({op.words(), op});
  }
}

void add_moves(std::vector<OpCase>& cases) {
  const Shape s{20, 5, 6}, t{32, 5, 6}, wide{24, 6, 10}, deep{96, 3, 5};
  cases.push_back({"copy", ops::Copy{s}});
  cases.push_back({"copy of whole blocks", ops::Copy{t}});
  cases.push_back({"upsample", ops::Upsample{s, {20, 10, 12}, 2, false, 1.f}});
  cases.push_back({"upsample x4 scaled", ops::Upsample{s, {20, 20, 24}, 4, false, .5f}});
  cases.push_back({"upsample down", ops::Upsample{wide, {24, 3, 5}, 2, true, .5f}});
  cases.push_back({"concat aligned", ops::Concat{{{t, 0, 32}, {{16, 5, 6}, 0, 16}}}});
  cases.push_back({"concat of slices", ops::Concat{{{s, 10, 10}, {t, 16, 16}}}});
  cases.push_back({"concat of three", ops::Concat{{{s, 0, 20}, {t, 0, 32}, {s, 3, 5}}}});
  for (const bool reverse : {false, true}) {
    for (const bool space_to_depth : {false, true}) {
      const ops::Reorg op{reverse ? deep : wide, reverse ? wide : deep, 2, reverse, space_to_depth};
      cases.push_back({"reorg", op});
    }
  }
}

void add_parts(std::vector<OpCase>& cases) {
  cases.push_back({"crop of a picture", ops::Crop{{3, 20, 37}, {3, 17, 33}, 1, 2, 2.f, -1.f}});
  cases.push_back({"crop of blocks", ops::Crop{{20, 9, 11}, {20, 5, 6}, 2, 2, 1.f, 0.f}});
  cases.push_back({"crop of nothing", ops::Crop{{17, 3, 16}, {17, 3, 16}, 0, 0, .5f, 3.f}});
  cases.push_back({"reshape to a vector", ops::Reshape{{5, 3, 7}, {110, 1, 1}}});
  cases.push_back({"reshape to planes", ops::Reshape{{24, 1, 1}, {3, 2, 5}}});
  cases.push_back({"reshape by columns", ops::Reshape{{6, 4, 5}, {6, 4, 5}, 6}});
  cases.push_back({"reshape by columns of pixels", ops::Reshape{{6, 4, 5}, {24, 1, 5}, 20}});
  cases.push_back({"constant vector", ops::Constant{{3, 4, 5}, {19, 1, 1}}});
  cases.push_back({"constant image", ops::Constant{{3, 4, 5}, {5, 7, 3}}});
  cases.push_back({"binomial filter", ops::BinomialFilter{5, 3}});
}

ops::Local local(Shape in, int filters, int size, int stride, int pad, Activation activation) {
  const auto places = [&](int side) {
    return static_cast<int>(window_count(side, std::int64_t{2} * pad, size, stride));
  };
  return {in, {filters, places(in.h), places(in.w)}, size, stride, pad, activation};
}

ops::Deconv deconv(Shape in, int filters, int size, int stride, int pad, Activation activation, bool bias) {
  const auto side = [&](int length) {
    return static_cast<int>(ops::Deconv::side(length, size, stride, pad));
  };
  return {in, {filters, side(in.h), side(in.w)}, size, stride, pad, activation, bias};
}

void add_filters(std::vector<OpCase>& cases) {
  for (const ops::Local& op : {local({37, 7, 6}, 35, 3, 1, 1, Activation::leaky),
                               local({20, 9, 8}, 5, 3, 2, 1, Activation::logistic),
                               local({3, 6, 5}, 40, 2, 1, 0, Activation::linear)})
    cases.push_back({op.words(), op});
  for (const ops::Deconv& op : {
           deconv({20, 5, 6}, 33, 4, 2, 1, Activation::leaky, true),
           deconv({7, 4, 9}, 9, 3, 1, 1, Activation::mish, true),
           deconv({16, 3, 4}, 70, 5, 3, 2, Activation::linear, true),
           deconv({5, 4, 3}, 8, 2, 3, 0, Activation::linear, true),    // cells that no tap reaches
           deconv({5, 5, 4}, 6, 3, 2, 2, Activation::linear, false),   // more cut off than one tap
           deconv({6, 5, 5}, 4, 1, 1, 1, Activation::relu, true),      // and more than there are taps
           deconv({5, 2, 31}, 20, 3, 2, 0, Activation::linear, true),  // several tiles a row
           deconv({33, 9, 11}, 65, 3, 1, 0, Activation::leaky, true),  // and of pixels and filters
           deconv({9, 1, 1}, 5, 2, 7, 0, Activation::linear, true),    // a stride beyond the output
       })
    cases.push_back({op.words() + " of " + std::to_string(op.in.h) + "x" + std::to_string(op.in.w), op});
}

void add_vectors(std::vector<OpCase>& cases) {
  const Shape s{10, 3, 3}, t{24, 6, 10};
  cases.push_back({"connected", ops::Connected{s, 33, Activation::leaky, true}});
  cases.push_back({"long connected", ops::Connected{{1300, 1, 1}, 45, Activation::logistic, true}});
  cases.push_back({"connected without biases", ops::Connected{s, 9, Activation::linear, false}});
  cases.push_back({"softmax of groups", ops::Softmax{t, 3, .7f, {}}});
  cases.push_back({"softmax of a tree", ops::Softmax{{24, 1, 1}, 1, 1.f, {5, 1, 18}}});
  cases.push_back({"softmax of a tree, again and again", ops::Softmax{t, 1, 1.3f, {5, 1, 18, 16}}});
  cases.push_back({"softmax with a rest", ops::Softmax{{37, 1, 1}, 4, 1.f, {}, 9}});
  cases.push_back({"softmax of a tree with a rest", ops::Softmax{t, 1, 1.f, {7, 30}, 1440 - 5 * 37}});
}

void add_heads(std::vector<OpCase>& cases) {
  const Shape head{3 * 9, 13, 7}, small{3 * 9, 3, 3}, gaussian{2 * 13, 5, 7}, region{2 * 10, 5, 7};
  cases.push_back({"yolo head", ops::YoloHead{head, 3, 4, 1.f, false}});
  cases.push_back({"yolo head of few cells", ops::YoloHead{small, 3, 4, 1.f, false}});
  cases.push_back({"yolo head scaled", ops::YoloHead{head, 3, 4, 1.2f, false}});
  cases.push_back({"yolo head, new coordinates", ops::YoloHead{head, 3, 4, 2.f, true}});
  cases.push_back({"gaussian head", ops::GaussianHead{gaussian, 2, 4, 1.1f}});
  using Classes = ops::RegionHead::Classes;
  for (const Classes classes : {Classes::logistic, Classes::softmax, Classes::raw})
    cases.push_back({"region head", ops::RegionHead{region, 2, 5, 4, classes, {}}});
  cases.push_back({"region head, tree", ops::RegionHead{region, 2, 5, 4, Classes::tree, {2, 3}}});
  cases.push_back({"region head of few cells, tree",
                   ops::RegionHead{{3 * 27, 2, 3}, 3, 22, 4, Classes::tree, {1, 16, 5}}});
}

void add_whole_numbers(std::vector<OpCase>& cases) {
  const Shape s{20, 5, 6};
  cases.push_back({"quantise", ops::Quantise{s, .01f}});
  cases.push_back({"dequantise", ops::Dequantise{s, .01f}});
  cases.push_back({"quantise weights", ops::QuantiseWeights{{7, 5, 9}}});
  for (const ConvSpec& spec :
       std::vector<ConvSpec>{{.c = 20, .h = 6, .w = 7, .n = 33, .size = 3},
                             {.c = 33, .h = 5, .w = 9, .n = 8, .size = 1, .stride = 2},
                             {.c = 12, .h = 7, .w = 5, .n = 12, .size = 3, .groups = 12}}) {
    const ops::ConvInt8 op{conv_of(spec), .01f, .5f};
    cases.push_back({op.words(), op});
  }
}

void add_signs(std::vector<OpCase>& cases) {
  using A = Activation;
  using Outside = ops::ConvXnor::Outside;
  cases.push_back({"binarise weights", ops::BinariseWeights{{7, 5, 9}}});
  for (const ConvSpec& spec : std::vector<ConvSpec>{
           {.c = 16, .h = 8, .w = 8, .n = 16, .size = 3},
           {.c = 3, .h = 9, .w = 11, .n = 20, .size = 3},
           {.c = 1, .h = 4, .w = 5, .n = 1, .size = 1, .activation = A::logistic, .bias = false},
           {.c = 37, .h = 7, .w = 10, .n = 40, .size = 3, .activation = A::mish, .residual = true},
           {.c = 150, .h = 5, .w = 4, .n = 75, .size = 3, .residual = true},
           {.c = 24, .h = 13, .w = 17, .n = 70, .size = 3, .stride = 2, .bias = false},
           {.c = 24, .h = 9, .w = 9, .n = 8, .size = 3, .stride = 1, .stride_y = 2},
           {.c = 20, .h = 11, .w = 12, .n = 12, .size = 3, .dilation = 2},
           {.c = 12, .h = 9, .w = 9, .n = 5, .size = 3, .stride = 2, .dilation = 3},
           {.c = 9, .h = 7, .w = 6, .n = 19, .size = 5, .pad = 1},
           {.c = 8, .h = 3, .w = 2, .n = 10, .size = 5, .pad = 4},
           {.c = 12, .h = 6, .w = 6, .n = 9, .size = 2, .pad = 0},
           {.c = 260, .h = 6, .w = 7, .n = 260, .size = 1, .activation = A::linear},
           {.c = 33, .h = 5, .w = 9, .n = 7, .size = 1, .pad = 1},
           {.c = 33, .h = 5, .w = 9, .n = 130, .size = 1, .stride = 3}}) {
    for (const Outside outside : {Outside::zero, Outside::minus_one}) {
      if (outside == Outside::minus_one && spec.pad == 0) continue;
      const ops::ConvXnor op{conv_of(spec), outside};
      cases.push_back({op.words() + (outside == Outside::zero ? "" : ", -1 outside"), op});
    }
  }
}

std::vector<OpCase> make_cases() {
  std::vector<OpCase> cases;
  for (const ConvSpec& spec : conv_cases()) cases.push_back(conv(spec));
  add_pools(cases);
  add_sums(cases);
  add_eltwise(cases);
  add_moves(cases);
  add_parts(cases);
  add_filters(cases);
  add_vectors(cases);
  add_heads(cases);
  add_whole_numbers(cases);
  add_signs(cases);
  for (OpCase& c : training_cases()) cases.push_back(std::move(c));
  return cases;
}

}  // namespace

const std::vector<OpCase>& op_cases() {
  static const std::vector<OpCase> cases = make_cases();
  return cases;
}

}  // namespace nightjar::testing
