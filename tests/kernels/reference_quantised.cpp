// Whole numbers with a scale: in, out, and convolved.
#include "kernels/ops/conv_int8.h"
#include "kernels/ops/dequantise.h"
#include "kernels/ops/quantise.h"
#include "tests/catch.h"
#include "tests/kernels/harness.h"

using namespace nightjar;
using namespace nightjar::testing;

namespace {

using Values = std::vector<float>;

OwnedTensor tensor_of(const Value& value, const Values& values, const Layout& layout) {
  OwnedTensor t = make_tensor(value, 1, layout);
  std::size_t i = 0;
  for (int c = 0; c < value.shape.c; ++c) {
    for (int y = 0; y < value.shape.h; ++y) {
      for (int x = 0; x < value.shape.w; ++x, ++i) {
        if (value.type == Type::i8) {
          *t.view.element<std::int8_t>(0, c, y, x) = static_cast<std::int8_t>(values.at(i));
        } else {
          *t.view.at(0, c, y, x) = values.at(i);
        }
      }
    }
  }
  return t;
}

// As the operation's operands want them; data and result in all layouts.
Values evaluate(const Op& op, const std::vector<Values>& values) {
  CHECK(op.agrees());
  std::vector<Values> found;
  for (const Layout& layout : {Layout{}, Layout{8, 2}, Layout{.by_pixel = true}}) {
    std::vector<OwnedTensor> ins;
    for (const Operand& operand : op.reads()) {
      const bool is_data = operand.role == Role::data;
      ins.push_back(tensor_of(operand.value, values.at(ins.size()), is_data ? layout : Layout{}));
    }
    const OwnedTensor out = make_tensor(op.writes()[0].value, 1, layout);
    op.define(views(ins), {&out.view, 1});
    found.push_back(planar(out.view));
    CHECK(found.back() == found.front());
  }
  return found.front();
}

}  // namespace

TEST_CASE("quantise rounds to the nearest multiple of the scale, halves to even, and clamps") {
  CHECK(evaluate(ops::Quantise{{1, 1, 8}, .5f}, {{0, .5f, .7f, .75f, 1.25f, -1.25f, 100, -100}}) ==
        Values{0, 1, 1, 2, 2, -2, 127, -127});
}

TEST_CASE("dequantise multiplies by the scale") {
  CHECK(evaluate(ops::Dequantise{{2, 1, 2}, .25f}, {{0, 1, -127, 127}}) == Values{0, .25f, -31.75f, 31.75f});
}

TEST_CASE("an 8-bit convolution scales its exact sums, adds the bias, activates and rounds") {
  ops::Conv conv;
  conv.in = {2, 1, 3}, conv.out = {2, 1, 3};
  conv.bias = true;
  conv.activation = Activation::relu;
  // Sums: 10 x0 + x1 = 30, -93, 1397; the second filter's -x1 = 10, -7, -127.
  const std::vector<Values> operands{{4, -10, 127, -10, 7, 127}, {10, 1, 0, -1}, {.5f, 2}, {1, -.5f}};
  // .25 * .5 * sum + 1, and .25 * 2 * sum - .5, in units of .25, not above 127 of them.
  CHECK(evaluate(ops::ConvInt8{conv, .25f, .25f}, operands) == Values{19, 0, 127, 18, 0, 0});
}

TEST_CASE("an 8-bit convolution has the windows, the padding and the groups of any other") {
  ops::Conv conv;
  conv.in = {2, 2, 2}, conv.out = {2, 2, 2};
  conv.size = 3, conv.pad = 1, conv.groups = 2;
  conv.bias = true;
  Values weights(18, 0);
  weights[4] = 1, weights[5] = 10;  // the cell itself and its right neighbour
  weights[9] = -1;                  // the upper left one
  CHECK(evaluate(ops::ConvInt8{conv, 1, 1}, {{1, 2, 3, 4, 5, 6, 7, 8}, weights, {1, 1}, {0, 0}}) ==
        Values{21, 2, 43, 4, 0, 0, 0, -5});
}

TEST_CASE("an 8-bit convolution takes so many taps as cannot overflow") {
  ops::Conv conv;
  conv.in = {133143, 1, 1}, conv.out = {1, 1, 1};
  conv.bias = true;
  CHECK(Op(ops::ConvInt8{conv}).agrees());
  const Values ends(133143, -127);
  // The sum is 133143 * 127 * 127 = 2147463447.
  CHECK(evaluate(ops::ConvInt8{conv, 1, 25e6f}, {ends, ends, {1}, {0}}) == Values{86});
  conv.in.c = 133144;
  CHECK_FALSE(Op(ops::ConvInt8{conv}).agrees());
}
