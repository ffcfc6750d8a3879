#include "tests/kernels/harness.h"

#include <cmath>
#include <random>
#include <string_view>

#include "kernels/reference/elements.h"

namespace nightjar::testing {
namespace {

using reference::for_each_element;

// Calls visit(zero of the element's type).
template <class Visit>
void with_type(Type type, Visit visit) {
  assert(type != Type::f16 && "no definition has halves");
  if (type == Type::i8) {
    visit(std::int8_t{});
  } else {
    visit(float{});
  }
}

int images_of(const Value& value, int batch) {
  return value.per_image ? batch : 1;
}

// Elements between the channels of neighbouring pixels, of somebody else's.
constexpr int pixel_gap = 3;

// An operand's elements, as they may be.
OwnedTensor make_operand(const Operand& operand, int batch, unsigned seed) {
  OwnedTensor t = make_tensor(operand.value, batch);
  fill(t, seed);
  const std::string_view name = operand.name;
  const bool positive = name == "variance" || name == "second moment" || name == "moments",
             share = name == "rates";
  for_each_element(t.view, [&](int n, int c, int y, int x) {
    if (!positive && !share) return;
    float& value = *t.view.at(n, c, y, x);
    value = positive ? std::abs(value) + .5f : std::abs(value) / (1 + std::abs(value));
  });
  return t;
}

std::vector<OwnedTensor> make_operands(const Op& op, Role role, int batch, unsigned seed) {
  std::vector<OwnedTensor> all;
  for (const Operand& operand : op.reads()) {
    if (operand.role == role) all.push_back(make_operand(operand, batch, seed++));
  }
  return all;
}

}  // namespace

Tensor describe(const Value& value, int batch, const Layout& layout) {
  Tensor t = planar_tensor(nullptr, value.shape, images_of(value, batch), value.type);
  t.scale = value.scale;
  if (!value.per_image) return t;  // as it lies in the weights file
  t.halo = layout.halo;
  if (layout.by_pixel) {
    assert(layout.halo == 0);
    t.pixel = value.shape.c + pixel_gap;
    t.plane = 1;
    t.row = std::ptrdiff_t{value.shape.w} * t.pixel;
    t.image = value.shape.h * t.row;
    return t;
  }
  t.block = t.pixel = layout.block;
  t.row = std::ptrdiff_t{value.shape.w + 2 * layout.halo} * t.pixel;
  t.plane = (value.shape.h + 2 * layout.halo) * t.row;
  t.image = t.blocks() * t.plane + 16;
  return t;
}

OwnedTensor make_tensor(const Value& value, int batch, const Layout& layout) {
  const Tensor view = describe(value, batch, layout);
  OwnedTensor t{GuardedMemory(view.batch * view.image * bytes_of(value.type)), view};
  const std::ptrdiff_t first = view.halo * (view.row + view.pixel);
  t.view.data = static_cast<std::byte*>(t.memory.data()) + first * bytes_of(value.type);
  return t;
}

OwnedTensor make_tensor(Shape shape, int batch, int block, int halo, float fill) {
  OwnedTensor t = make_tensor({.shape = shape}, batch, {block, halo});
  if (fill != 0)
    std::fill_n(static_cast<float*>(t.memory.data()), t.memory.bytes() / int{sizeof(float)}, fill);
  return t;
}

std::vector<Tensor> views(const std::vector<OwnedTensor>& tensors) {
  std::vector<Tensor> all;
  for (const OwnedTensor& t : tensors) all.push_back(t.view);
  return all;
}

std::vector<Tensor> image_of(const std::vector<OwnedTensor>& tensors, int n) {
  std::vector<Tensor> all = views(tensors);
  for (Tensor& t : all) {
    if (t.batch == 1) continue;
    t.data = static_cast<std::byte*>(t.data) + n * t.image * bytes_of(t.type);
    t.batch = 1;
  }
  return all;
}

void fill(OwnedTensor& t, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(-1.5f, 1.5f);
  std::uniform_int_distribution<int> whole(-127, 127);
  for_each_element(t.view, [&](int n, int c, int y, int x) {
    if (t.view.type == Type::i8) {
      *t.view.element<std::int8_t>(n, c, y, x) = static_cast<std::int8_t>(whole(random));
    } else {
      *t.view.at(n, c, y, x) = uniform(random);
    }
  });
}

void copy_elements(const Tensor& from, const Tensor& to) {
  with_type(from.type, [&](auto zero) {
    using T = decltype(zero);
    for_each_element(
        to, [&](int n, int c, int y, int x) { *to.element<T>(n, c, y, x) = *from.element<T>(n, c, y, x); });
  });
}

std::vector<float> planar(const Tensor& t) {
  std::vector<float> values;
  values.reserve(static_cast<std::size_t>(t.batch * t.shape.size()));
  with_type(t.type, [&](auto zero) {
    for_each_element(
        t, [&](int n, int c, int y, int x) { values.push_back(*t.element<decltype(zero)>(n, c, y, x)); });
  });
  return values;
}

std::vector<float> planar(const std::vector<OwnedTensor>& tensors) {
  std::vector<float> values;
  for (int n = 0; n < tensors[0].view.batch; ++n) {
    for (const Tensor& t : image_of(tensors, n)) {
      const std::vector<float> image = planar(t);
      values.insert(values.end(), image.begin(), image.end());
    }
  }
  return values;
}

std::vector<OwnedTensor> make_data(const Op& op, int batch) {
  return make_operands(op, Role::data, batch, 1);
}

std::vector<OwnedTensor> make_weights(const Op& op) {
  return make_operands(op, Role::weight, 1, 99);
}

std::array<const void*, max_weights + 1> pointers_to(const std::vector<OwnedTensor>& weights) {
  std::array<const void*, max_weights + 1> pointers{};
  assert(weights.size() <= max_weights);
  for (std::size_t i = 0; i < weights.size(); ++i) pointers[i] = weights[i].view.data;
  return pointers;
}

std::vector<OwnedTensor> define(const Op& op, std::vector<Tensor> data,
                                const std::vector<OwnedTensor>& weights) {
  const int batch = data.empty() ? 1 : data[0].batch;
  std::vector<OwnedTensor> outs;
  for (const Operand& operand : op.writes()) outs.push_back(make_tensor(operand.value, batch));
  for (const OwnedTensor& weight : weights) data.push_back(weight.view);
  assert(op.agrees() && data.size() == op.reads().size());
  op.define(data, views(outs));
  return outs;
}

}  // namespace nightjar::testing
