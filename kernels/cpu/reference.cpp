#include "kernels/cpu/reference.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "kernels/ops/draw.h"

namespace nightjar::cpu {

bool joins_images(const Op& op) {
  const Operands reads = op.reads(), writes = op.writes();
  const auto is_draw = [](const Operand& o) { return o.name == std::string_view(DrawKey::operand); };
  return std::any_of(reads.begin(), reads.end(), is_draw) ||
         std::any_of(writes.begin(), writes.end(), [](const Operand& o) { return !o.value.per_image; });
}

namespace {

std::int64_t bytes_of(const Value& value) {
  return value.shape.size() * nightjar::bytes_of(value.type);
}

// Arrays start at whole cache lines.
std::int64_t packed_size(const Operand& weights) {
  return (bytes_of(weights.value) + 63) / 64 * 64;
}

std::int64_t packed_bytes(const Op& op) {
  std::int64_t total = 0;
  for (const Operand& operand : op.reads())
    if (operand.role == Role::weight) total += packed_size(operand);
  return total;
}

// Copies them as they are.
void pack(const Op& op, Weights weights, void* packed) {
  auto* to = static_cast<std::byte*>(packed);
  int array = 0;
  for (const Operand& operand : op.reads()) {
    if (operand.role != Role::weight) continue;
    std::copy_n(weights.as<std::byte>(array++), bytes_of(operand.value), to);
    to += packed_size(operand);
  }
}

// Dear enough that anything else that accepts is taken.
double cycles(const Op&, const Tensor& out) {
  return 1e9 + 100. * double(out.shape.size());
}

// Images are items where each is computed for itself.
Work prepare(const Op& op, const Call& call, void*) {
  return {1, {joins_images(op) ? 1 : call.out().batch}};
}

// Images [begin, end) of a value, or the value that there is once.
Tensor images_of(Tensor t, const Value& value, int begin, int end) {
  if (!value.per_image) return t;
  t.data = static_cast<std::byte*>(t.data) + begin * t.image * nightjar::bytes_of(t.type);
  t.batch = end - begin;
  return t;
}

void run(const Op& op, const Call& call, const void*, int, int begin, int end, Scratch) {
  std::vector<Tensor> in, out;
  auto* packed = static_cast<std::byte*>(const_cast<void*>(call.packed));
  const bool is_whole = joins_images(op);
  const auto part = [&](const Tensor& t, const Operand& operand) {
    return is_whole ? t : images_of(t, operand.value, begin, end);
  };
  for (const Operand& operand : op.reads()) {
    if (operand.role == Role::data) {
      in.push_back(part(call.in[in.size()], operand));
    } else {
      in.push_back(planar_tensor(packed, operand.value.shape, 1, operand.value.type));
      packed += packed_size(operand);
    }
  }
  for (const Operand& operand : op.writes()) out.push_back(part(call.outs[out.size()], operand));
  op.define(in, out);
}

constexpr CpuKernel reference_kernel(OpKind kind) {
  const Kernel base{"reference",  kind, false, [](const Op&, const Tensor*, const Tensor*) { return true; },
                    packed_bytes, pack};
  return {base, false, cycles, [](const Op&) { return 0; }, 1, prepare, run};
}

template <std::size_t... kinds>
constexpr std::array<CpuKernel, op_count> all(std::index_sequence<kinds...>) {
  return {reference_kernel(static_cast<OpKind>(kinds))...};
}
constexpr auto kernels = all(std::make_index_sequence<op_count>{});

}  // namespace

KernelSet reference_set() {
  KernelSet set{"reference", 1, 1, {}, nullptr, &reference::picture_rows};
  for (const CpuKernel& kernel : kernels) set.kernels.push_back(&kernel);
  return set;
}

}  // namespace nightjar::cpu
