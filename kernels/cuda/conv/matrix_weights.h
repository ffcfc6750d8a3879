// Weights for a matrix product: for each group, (filter, k) with k innermost, as a column-major B wants it;
// in fp32, in fp32 rounded to tf32, or in fp16.
#pragma once

#include <functional>
#include <type_traits>

#include "kernels/cuda/conv/geometry.h"
#include "kernels/cuda/half_bits.h"

namespace nightjar::cuda {

struct Tf32 {
  float value;
};

inline void put_weight(std::uint16_t& to, float weight) {
  to = half_bits(weight);
}
inline void put_weight(Tf32& to, float weight) {
  to.value = tf32_value(weight);
}
inline void put_weight(float& to, float weight) {
  to = weight;
}

// `row(filter)`, `place(k)`: where a filter and position k of the sum lie, below p.padded_filters and
// p.padded_k.
template <Precision precision, class Row, class Place>
void pack_matrix_weights(const ops::Conv& op, const PackedWeights& p, Weights arrays, void* packed, Row row,
                         Place place) {
  using Wide = std::conditional_t<precision == Precision::tf32, Tf32, float>;
  using Element = std::conditional_t<precision == Precision::fp16, std::uint16_t, Wide>;
  pack_bias(op, arrays[1], packed);
  auto* to = p.weights<Element>(packed);
  for (std::int64_t i = 0; i < op.groups * p.group_elements; ++i) to[i] = Element{};
  each_weight(op, arrays[0], [&](int group, int filter, int k, float weight) {
    put_weight(to[group * p.group_elements + std::int64_t{row(filter)} * p.padded_k + place(k)], weight);
  });
}

}  // namespace nightjar::cuda
