// Runs reference kernels on plain vectors, in every layout that a Tensor can have.
#pragma once

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "kernels/reference/reference.h"
#include "tests/catch.h"

namespace nightjar::test {

// A tensor that owns its memory. All that is no real element, padding lanes and halo, holds NaN, so that a
// kernel that reads or writes it shows.
class HostTensor {
 public:
  HostTensor(Shape shape, int batch, int block, int halo) {
    view_.shape = shape;
    view_.batch = batch;
    view_.block = block;
    view_.halo = halo;
    view_.row = std::ptrdiff_t{shape.w + 2 * halo} * block;
    view_.plane = (shape.h + 2 * halo) * view_.row;
    view_.image = view_.blocks() * view_.plane;
    memory_.assign(static_cast<std::size_t>(batch * view_.image), std::numeric_limits<float>::quiet_NaN());
    view_.data = memory_.data() + halo * view_.row + std::ptrdiff_t{halo} * block;
  }

  const Tensor& view() const { return view_; }

  void fill(const std::vector<float>& planar) {
    for (std::size_t i = 0; i < planar.size(); ++i) *element(i) = planar[i];
  }
  // All values in NCHW order.
  std::vector<float> planar() const {
    std::vector<float> values(view_.batch * view_.shape.size());
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = *element(i);
    return values;
  }
  // How many floats of the memory are not NaN; as many as there are elements, if nothing else was written.
  std::size_t numbers() const {
    std::size_t count = 0;
    for (const float value : memory_) count += !std::isnan(value);
    return count;
  }

 private:
  float* element(std::size_t index) const {
    const auto [c, h, w] = view_.shape;
    const int i = static_cast<int>(index);
    return view_.at(i / (c * h * w), i / (h * w) % c, i / w % h, i % w);
  }
  Tensor view_;
  std::vector<float> memory_;
};

struct Operand {
  Shape shape;
  std::vector<float> values;  // NCHW; as many images as fit
};

template <class Op>
std::vector<float> evaluate_in_layout(const Op& op, const std::vector<Operand>& inputs, Shape out_shape,
                                      const std::vector<const float*>& arrays, int block, int halo) {
  const int batch = static_cast<int>(inputs[0].values.size() / inputs[0].shape.size());
  std::vector<HostTensor> storage;
  std::vector<Tensor> views;
  for (const Operand& input : inputs) {
    storage.emplace_back(input.shape, batch, block, halo);
    storage.back().fill(input.values);
  }
  for (const HostTensor& tensor : storage) views.push_back(tensor.view());
  const HostTensor out(out_shape, batch, block, halo);
  reference::run(op, views, arrays, out.view());
  CHECK(out.numbers() == static_cast<std::size_t>(batch * out_shape.size()));
  return out.planar();
}

// The operation's output in NCHW order. Every layout must give the same, and leave padding alone.
template <class Op>
std::vector<float> evaluate(const Op& op, const std::vector<Operand>& inputs, Shape out_shape,
                            const std::vector<std::vector<float>>& arrays = {}) {
  std::vector<const float*> pointers;
  for (const auto& array : arrays) pointers.push_back(array.empty() ? nullptr : array.data());
  const auto planar = evaluate_in_layout(op, inputs, out_shape, pointers, 1, 0);
  for (const int block : {1, 4, 8, 16}) {
    INFO("block " << block);
    CHECK(evaluate_in_layout(op, inputs, out_shape, pointers, block, 2) == planar);
  }
  return planar;
}

inline void check_close(const std::vector<float>& found, const std::vector<float>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    INFO("element " << i);
    CHECK(found[i] == Approx(expected[i]).margin(1e-6));
  }
}

// 1, 2, 3, ...
inline std::vector<float> counting(std::int64_t count) {
  std::vector<float> values(count);
  for (std::int64_t i = 0; i < count; ++i) values[i] = static_cast<float>(i + 1);
  return values;
}

}  // namespace nightjar::test
