// Runs definitions on plain vectors, in every layout that a Tensor can have.
#pragma once

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "kernels/ops/op.h"
#include "kernels/reference/elements.h"
#include "tests/catch.h"

namespace nightjar::test {

// A tensor that owns its memory. All that is no real element, padding lanes and halo, holds NaN, so that a
// definition that reads or writes it shows.
class HostTensor {
 public:
  HostTensor(Shape shape, int batch, int block, int halo) {
    view_.shape = shape;
    view_.batch = batch;
    view_.block = view_.pixel = block;
    view_.halo = halo;
    view_.row = std::ptrdiff_t{shape.w + 2 * halo} * block;
    view_.plane = (shape.h + 2 * halo) * view_.row;
    view_.image = view_.blocks() * view_.plane;
    memory_.assign(static_cast<std::size_t>(batch * view_.image), std::numeric_limits<float>::quiet_NaN());
    view_.data = memory_.data() + halo * view_.row + std::ptrdiff_t{halo} * block;
  }

  const Tensor& view() const { return view_; }

  void fill(const std::vector<float>& planar) {
    std::size_t i = 0;
    reference::for_each_element(view_,
                                [&](int n, int c, int y, int x) { *view_.at(n, c, y, x) = planar.at(i++); });
  }
  // All values in NCHW order.
  std::vector<float> planar() const {
    std::vector<float> values;
    reference::for_each_element(view_,
                                [&](int n, int c, int y, int x) { values.push_back(*view_.at(n, c, y, x)); });
    return values;
  }
  // How many floats of the memory are not NaN; as many as there are elements, if nothing else was written.
  std::size_t numbers() const {
    std::size_t count = 0;
    for (const float value : memory_) count += !std::isnan(value);
    return count;
  }

 private:
  Tensor view_;
  std::vector<float> memory_;
};

using Values = std::vector<float>;  // NCHW

inline Values evaluate_in_layout(const Op& op, const std::vector<Values>& data,
                                 const std::vector<Values>& weights, int block, int halo) {
  const Operands operands = op.reads();
  const auto batch = static_cast<int>(std::int64_t(data[0].size()) / operands[0].value.shape.size());
  std::vector<HostTensor> storage;
  std::vector<Tensor> ins;
  storage.reserve(operands.size());
  for (const Operand& operand : operands) {
    const bool is_data = operand.role == Role::data;
    const Values& values = is_data ? data.at(ins.size()) : weights.at(ins.size() - data.size());
    storage.emplace_back(operand.value.shape, is_data ? batch : 1, is_data ? block : 1, is_data ? halo : 0);
    storage.back().fill(values);
    ins.push_back(storage.back().view());
  }
  const Shape shape = op.writes()[0].value.shape;
  const HostTensor out(shape, batch, block, halo);
  op.define(ins, {&out.view(), 1});
  CHECK(out.numbers() == static_cast<std::size_t>(batch * shape.size()));
  return out.planar();
}

// The only output of an operation on fp32, of as many images as `data` has. Every layout must give the same,
// and leave padding alone.
inline Values evaluate(const Op& op, const std::vector<Values>& data,
                       const std::vector<Values>& weights = {}) {
  CHECK(op.agrees());
  const Values planar = evaluate_in_layout(op, data, weights, 1, 0);
  for (const int block : {1, 4, 8, 16}) {
    INFO("block " << block);
    CHECK(evaluate_in_layout(op, data, weights, block, 2) == planar);
  }
  return planar;
}

inline void check_close(const Values& found, const Values& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    INFO("element " << i);
    CHECK(found[i] == Approx(expected[i]).margin(1e-6));
  }
}

// 1, 2, 3, ...
inline Values counting(std::int64_t count) {
  Values values(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) values[i] = static_cast<float>(i + 1);
  return values;
}

}  // namespace nightjar::test
