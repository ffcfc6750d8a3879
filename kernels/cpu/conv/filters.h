// Filters on their way from Darknet's order (filter, channel, ky, kx) to the packed orders, `group_filters`
// side by side.
#pragma once

#include "kernels/cpu/conv/accumulate.h"
#include "kernels/kernel.h"
#include "kernels/ops/conv.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

// Writes the biases of all filter groups, zeros where there are none; returns how many floats that are.
inline std::int64_t pack_biases(const ops::Conv& op, const float* biases, float* to) {
  const int filters = ceil_div(op.out.c, group_filters) * group_filters;
  for (int f = 0; f < filters; ++f) to[f] = f < op.out.c && biases ? biases[f] : 0;
  return filters;
}

// Taps of input channel `channel` of the filters from `first_filter` on: (size * size) rows of group_filters,
// `tap` apart, zeros for filters that are not there and for channels outside their group.
inline void gather_taps(const ops::Conv& op, const float* weights, int first_filter, int channel, float* to,
                        std::ptrdiff_t tap) {
  const int taps = op.size * op.size;
  const int filters_a_group = op.out.c / op.groups, channels_a_group = op.in.c / op.groups;
  for (int i = 0; i < group_filters; ++i) {
    const int f = first_filter + i;
    const int in_group = f < op.out.c ? channel - f / filters_a_group * channels_a_group : -1;
    if (in_group < 0 || in_group >= channels_a_group) {
      for (int t = 0; t < taps; ++t) to[t * tap + i] = 0;
      continue;
    }
    const float* from = weights + (std::int64_t{f} * channels_a_group + in_group) * taps;
    for (int t = 0; t < taps; ++t) to[t * tap + i] = from[t];
  }
}

// Filters in blocks of `block`, each its biases, zeros where there are none, then its weights by channel and
// tap.
inline std::int64_t blocked_floats(const ops::Conv& op, int block) {
  const std::int64_t rows = 1 + std::int64_t{op.in.c / op.groups} * op.size * op.size;
  return ceil_div(op.out.c, block) * rows * block;
}
inline void pack_blocked(const ops::Conv& op, Weights weights, int block, float* packed) {
  const int taps = op.in.c / op.groups * op.size * op.size;
  for (int f = 0; f < ceil_div(op.out.c, block) * block; ++f) {
    float* to = packed + std::int64_t{f / block} * (1 + taps) * block + f % block;
    const bool real = f < op.out.c;
    to[0] = real && weights[1] ? weights[1][f] : 0;
    for (int t = 0; t < taps; ++t) to[(1 + t) * block] = real ? weights[0][std::int64_t{f} * taps + t] : 0;
  }
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
