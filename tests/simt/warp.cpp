#include "tests/simt/warp.h"

#include <bit>

namespace simt {
namespace {

constexpr int rows = 16, columns = 8, longest = 16;  // along k: 16 halves or 8 tf32

// The operands as the lanes hold them together.
struct Fragments {
  float a[rows][longest], b[longest][columns];
};

float element(const std::uint32_t word, int half_of_word, bool half_type) {
  if (half_type) return nightjar::cuda::half_value(static_cast<std::uint16_t>(word >> 16 * half_of_word));
  return std::bit_cast<float>(word & 0xffffe000);  // the device ignores the other bits
}

// A register holds `wide` neighbours along k: two halves or one tf32. With group = lane / 4 and member = lane
// % 4:
//   a0 (row group, k member*wide), a1 (row group + 8, same k), a2, a3 the same 4*wide further along k
//   b0 (k member*wide, column group), b1 4*wide further;  d0, d1 (row group, columns 2 member, + 1), d2, d3
//   (row + 8)
void gather(Fragments& f, const MmaOperands& own, int lane, bool half_type) {
  const int wide = half_type ? 2 : 1, group = lane / 4, member = lane % 4;
  for (int i = 0; i < 4; ++i) {
    const int row = group + i % 2 * 8, k = (member + i / 2 * 4) * wide;
    for (int half = 0; half < wide; ++half) f.a[row][k + half] = element(own.a[i], half, half_type);
  }
  for (int i = 0; i < 2; ++i) {
    const int k = (member + i * 4) * wide;
    for (int half = 0; half < wide; ++half) f.b[k + half][group] = element(own.b[i], half, half_type);
  }
}

MmaResult multiply(const Fragments& f, const MmaOperands& own, int lane, int length) {
  MmaResult result;
  for (int i = 0; i < 4; ++i) {
    const int row = lane / 4 + i / 2 * 8, column = lane % 4 * 2 + i % 2;
    float sum = own.d[i];
    for (int k = 0; k < length; ++k) sum += f.a[row][k] * f.b[k][column];
    result.d[i] = sum;
  }
  return result;
}

}  // namespace

MmaResult mma(const MmaOperands& own, bool half_type, Where where) {
  MmaResult result;
  block().meet(0xffffffff, where, &own, sizeof own, &result, sizeof result, [half_type](Warp& warp) {
    MmaOperands operands[32];
    Fragments fragments;
    for (int lane = 0; lane < 32; ++lane) {
      std::memcpy(&operands[lane], warp.in[lane], sizeof *operands);
      gather(fragments, operands[lane], lane, half_type);
    }
    for (int lane = 0; lane < 32; ++lane) {
      const MmaResult d = multiply(fragments, operands[lane], lane, half_type ? longest : longest / 2);
      std::memcpy(warp.out[lane], &d, sizeof d);
    }
  });
  return result;
}

Matrices ldmatrix_x4(const std::byte* row, Where where) {
  return meet<const std::byte*, Matrices>(0xffffffff, where, row, [](int lane, auto in) {
    Matrices m;
    for (int i = 0; i < 4; ++i) std::memcpy(&m.r[i], in(8 * i + lane / 4) + lane % 4 * 4, 4);
    return m;
  });
}

Matrices ldmatrix_x4_turned(const std::byte* row, Where where) {
  return meet<const std::byte*, Matrices>(0xffffffff, where, row, [](int lane, auto in) {
    Matrices m;
    for (int i = 0; i < 4; ++i) {
      std::uint16_t pair[2];
      for (int j = 0; j < 2; ++j) std::memcpy(&pair[j], in(8 * i + lane % 4 * 2 + j) + lane / 4 * 2, 2);
      std::memcpy(&m.r[i], pair, 4);
    }
    return m;
  });
}

}  // namespace simt

namespace nightjar::cuda {

void cp_async_commit() {
  simt::block().thread().copies.emplace_back();
}

void cp_async_wait_all_but(std::size_t groups) {
  simt::Thread& thread = simt::block().thread();
  while (thread.copies.size() > groups + 1) {
    for (const simt::PendingCopy& copy : thread.copies.front()) {
      if (copy.bytes) std::memcpy(copy.to, copy.from, static_cast<std::size_t>(copy.bytes));
      if (copy.zeros) std::memset(copy.to, 0, static_cast<std::size_t>(copy.zeros));
      // Now it is written, whatever happened to the cell since it was asked for.
      simt::block().shared().write(copy.to, 16);
    }
    thread.copies.erase(thread.copies.begin());
  }
}

}  // namespace nightjar::cuda
