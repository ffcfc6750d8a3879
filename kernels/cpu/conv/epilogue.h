// What happens to a convolution's sums on their way to memory: activation, residual add, second activation.
#pragma once

#include <cstdint>

#include "kernels/cpu/simd/math.h"
#include "kernels/ops/conv.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

struct Epilogue {
  Activation first, second;
  bool residual;
  bool cheap;   // both activations stay in registers
  bool stream;  // stores go past the caches; end_streams() when all are done
};

// An output of more than 8 MiB has left the third-level cache before anyone reads it. A store past the caches
// then saves reading each line from memory first: 3 to 5% of a 3x3 convolution with 304 x 304 outputs.
constexpr std::int64_t streamed_bytes = 8 << 20;

// Of a call that writes `out`.
NIGHTJAR_INLINE Epilogue epilogue_of(const ops::Conv& op, const Tensor& out) {
  const std::int64_t bytes = out.batch * out.shape.size() * std::int64_t{sizeof(float)};
  // Rows of half registers may begin in the middle of one.
  const bool aligned = reinterpret_cast<std::uintptr_t>(out.data) % sizeof(Vec) == 0 &&
                       out.row % lanes == 0 && out.image % lanes == 0;
  return {op.activation, op.residual_activation, op.residual,
          is_cheap(op.activation) && is_cheap(op.residual_activation), bytes > streamed_bytes && aligned};
}

// Calls visit(sum, block, pixel) for each of the sums; V is Vec or const Vec.
template <class V, int blocks, int pixels, class Visit>
NIGHTJAR_INLINE void each_sum(V (&sums)[blocks][pixels], const Visit& visit) {
#pragma GCC unroll 2
  for (int b = 0; b < blocks; ++b) {
#pragma GCC unroll 32
    for (int p = 0; p < pixels; ++p) visit(sums[b][p], b, p);
  }
}

template <int blocks, int pixels>
NIGHTJAR_INLINE void activate_cheap(Activation activation, Vec (&sums)[blocks][pixels]) {
  with_activation(activation, [&]<class A>() {
    if constexpr (A::cost == activations::Cost::store) each_sum(sums, [](Vec& x, int, int) { x = A::of(x); });
  });
}

// Stores `sums`: `blocks` channel blocks (out_plane apart) of `pixels` neighbours. `residual` is read alike.
template <int blocks, int pixels>
NIGHTJAR_INLINE void finish(const Epilogue& e, const Vec (&sums)[blocks][pixels], float* out,
                            std::ptrdiff_t out_plane, const float* residual, std::ptrdiff_t residual_plane) {
  if (e.cheap) {
    // What to do is asked once for all sums: asking for each of them took a fifth to a third of a 1x1
    // convolution's time where channels are few.
    Vec results[blocks][pixels];  // not the caller's, which may have to be in memory
    each_sum(results, [&](Vec& x, int b, int p) { x = sums[b][p]; });
    activate_cheap(e.first, results);
    if (e.residual) {
      each_sum(results,
               [&](Vec& x, int b, int p) { x = x + load(residual + b * residual_plane + p * lanes); });
      activate_cheap(e.second, results);
    }
    if (e.stream) {
      each_sum(results, [&](Vec x, int b, int p) { stream(out + b * out_plane + p * lanes, x); });
    } else {
      each_sum(results, [&](Vec x, int b, int p) { store(out + b * out_plane + p * lanes, x); });
    }
    return;
  }
  // Through memory: indexing the sums in a loop would push them out of their registers in the caller's loop,
  // too.
  each_sum(sums, [&](Vec x, int b, int p) { store(out + b * out_plane + p * lanes, x); });
  for (int b = 0; b < blocks; ++b) {
    float* row = out + b * out_plane;
    activate(e.first, row, pixels * lanes);
    if (!e.residual) continue;
    for (int p = 0; p < pixels; ++p) {
      store(row + p * lanes, load(row + p * lanes) + load(residual + b * residual_plane + p * lanes));
    }
    activate(e.second, row, pixels * lanes);
  }
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
