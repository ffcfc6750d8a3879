// What stands for cuBLASLt in the emulator: the product as its definition says, with every access checked.
#include "kernels/cuda/vendor/matmul.h"

#include <vector>

#include "kernels/cuda/half_bits.h"
#include "kernels/cuda/vendor/libraries.h"
#include "tests/simt/memory.h"
#include "tests/simt/stream.h"

namespace nightjar::cuda {
namespace {

// The address of element `i`, which lies in device memory as a whole.
std::byte* element(const void* data, std::int64_t i, Type type) {
  auto* p = static_cast<std::byte*>(const_cast<void*>(data)) + i * bytes_of(type);
  const auto bytes = static_cast<std::size_t>(bytes_of(type));
  simt::check_global(p, bytes, bytes);
  return p;
}

// A matrix of `rows` x m.k as the matrix units see it.
std::vector<float> operand(const Matmul& m, const void* data, std::int64_t first, std::int64_t rows,
                           std::int64_t row_elements) {
  std::vector<float> values;
  for (std::int64_t row = 0; row < rows; ++row)
    for (std::int64_t k = 0; k < m.k; ++k) {
      const std::byte* p = element(data, first + row * row_elements + k, m.type);
      const float value = m.type == Type::f16 ? half_value(*reinterpret_cast<const std::uint16_t*>(p))
                                              : *reinterpret_cast<const float*>(p);
      values.push_back(m.precision == Precision::tf32 ? tf32_value(value) : value);
    }
  return values;
}

void put(const Matmul& m, std::int64_t i, float value) {
  std::byte* p = element(m.d, i, m.type);
  if (m.type == Type::f16) {
    *reinterpret_cast<std::uint16_t*>(p) = half_bits(value);
  } else {
    *reinterpret_cast<float*>(p) = value;
  }
}

void multiply(Matmul m, std::int64_t steps) {
  m.d = static_cast<std::byte*>(m.d) + steps * m.d_step * bytes_of(m.type);
  simt::check_global(m.workspace, static_cast<std::size_t>(matmul_workspace_bytes), 16);
  for (int group = 0; group < m.groups; ++group) {
    const std::vector<float> a = operand(m, m.a, group * m.a_group, m.rows, m.a_row);
    const std::vector<float> b = operand(m, m.b, group * m.b_group, m.columns, m.b_row);
    for (std::int64_t row = 0; row < m.rows; ++row)
      for (std::int64_t column = 0; column < m.columns; ++column) {
        const float *of_a = a.data() + row * m.k, *of_b = b.data() + column * m.k;
        float sum = 0;
        for (std::int64_t k = 0; k < m.k; ++k) sum += of_a[k] * of_b[k];
        put(m, group * m.d_group + row * m.d_row + column, sum);
      }
  }
}

}  // namespace

Status prepare_matmul(const Matmul& product, PreparedMatmul& prepared) {
  prepared.product = product;
  return 0;
}

Status matmul(const PreparedMatmul& prepared, std::int64_t steps, Stream stream) {
  simt::enqueue(stream, [product = prepared.product, steps] { multiply(product, steps); });
  return 0;
}

std::string library_error(Library library) {
  return library == Library::cudnn ? "the emulator has no cuDNN; use --conv ours" : "";
}

}  // namespace nightjar::cuda
