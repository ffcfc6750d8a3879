// What the lanes of a warp do together: shuffles, votes, and the matrix instructions with the fragment
// layouts of the PTX manual (sections "Matrix Fragments for mma.m16n8k16" and "mma.m16n8k8", and ldmatrix).
#pragma once

#include <cstdint>

#include "tests/simt/half.h"
#include "tests/simt/memory.h"

namespace simt {

template <class In, class Out, class Compute>
Out meet(std::uint32_t mask, Where where, const In& in, Compute compute) {
  static_assert(sizeof(In) <= Warp::slot && sizeof(Out) <= Warp::slot);
  Out out;
  block().meet(mask, where, &in, sizeof in, &out, sizeof out, [&](Warp& warp) {
    const auto lane_in = [&](int lane) {
      In value;
      std::memcpy(&value, warp.in[lane], sizeof value);
      return value;
    };
    for (int lane = 0; lane < 32; ++lane) {
      if (!(mask >> lane & 1)) continue;
      const Out value = compute(lane, lane_in);
      std::memcpy(warp.out[lane], &value, sizeof value);
    }
  });
  return out;
}

// One matrix instruction's operands as a lane holds them.
struct MmaOperands {
  std::uint32_t a[4], b[2];
  float d[4];
};
struct MmaResult {
  float d[4];
};
// D += A B with A 16 x 16 halves (half_type) or 16 x 8 tf32, B 16 x 8 or 8 x 8.
MmaResult mma(const MmaOperands& own, bool half_type, Where where);

struct Matrices {
  std::uint32_t r[4];
};
// Lane 8m + i brings the address of row i, 16 bytes, of matrix m.
Matrices ldmatrix_x4(const std::byte* row, Where where);
Matrices ldmatrix_x4_turned(const std::byte* row, Where where);

}  // namespace simt

inline void __syncwarp(unsigned mask = ~0u, simt::Where where = simt::Where::current()) {
  simt::meet<int, int>(mask, where, 0, [](int lane, auto) {
    if (lane == 0) ++simt::block().warp().epoch;
    return 0;
  });
}
template <class T>
T __shfl_sync(unsigned mask, T value, int source, int = 32, simt::Where where = simt::Where::current()) {
  struct Ask {
    T value;
    int source;
  };
  return simt::meet<Ask, T>(mask, where, {value, source},
                            [](int lane, auto in) { return in(in(lane).source & 31).value; });
}
template <class T>
T __shfl_xor_sync(unsigned mask, T value, int flip, int = 32, simt::Where where = simt::Where::current()) {
  return __shfl_sync(mask, value, simt::block().thread().lane() ^ flip, 32, where);
}
inline unsigned __ballot_sync(unsigned mask, bool vote, simt::Where where = simt::Where::current()) {
  return simt::meet<int, unsigned>(mask, where, vote, [mask](int, auto in) {
    unsigned votes = 0;
    for (int lane = 0; lane < 32; ++lane) votes |= mask >> lane & 1 && in(lane) ? 1u << lane : 0;
    return votes;
  });
}

namespace nightjar::cuda {

template <class T>
void ldmatrix_x4(std::uint32_t (&r)[4], simt::Shared<T> row, simt::Where where = simt::Where::current()) {
  row.check(16, false);
  const simt::Matrices m = simt::ldmatrix_x4(reinterpret_cast<const std::byte*>(row.raw()), where);
  for (int i = 0; i < 4; ++i) r[i] = m.r[i];
}

inline void ldmatrix_x4_turned(std::uint32_t (&r)[4], simt::Shared<const half> row,
                               simt::Where where = simt::Where::current()) {
  row.check(16, false);
  const simt::Matrices m = simt::ldmatrix_x4_turned(reinterpret_cast<const std::byte*>(row.raw()), where);
  for (int i = 0; i < 4; ++i) r[i] = m.r[i];
}

template <class T>
void mma(float (&d)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2],
         simt::Where where = simt::Where::current()) {
  simt::MmaOperands own;
  for (int i = 0; i < 4; ++i) own.a[i] = a[i], own.d[i] = d[i];
  for (int i = 0; i < 2; ++i) own.b[i] = b[i];
  const simt::MmaResult result = simt::mma(own, std::is_same_v<T, half>, where);
  for (int i = 0; i < 4; ++i) d[i] = result.d[i];
}

inline std::uint32_t round_tf32(std::uint32_t bits) {
  return (bits + 0x1000) & 0xffffe000;
}

// The destination counts as written from now until the wait, and its values are lost meanwhile.
template <class T>
void cp_async16(simt::Shared<T> to, simt::Global<const T> from, bool valid) {
  to.check(16, true);
  if (valid) from.check(16, false);
  auto* bytes = reinterpret_cast<std::byte*>(to.raw());
  std::memset(bytes, 0xff, 16);
  simt::block().thread().copies.back().push_back(
      {bytes, reinterpret_cast<const std::byte*>(from.raw()), valid ? 16 : 0, valid ? 0 : 16});
}
void cp_async_commit();
void cp_async_wait_all_but(std::size_t groups);
template <int groups>
void cp_async_wait() {
  cp_async_wait_all_but(groups);
}

}  // namespace nightjar::cuda
