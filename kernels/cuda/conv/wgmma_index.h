// Where things lie for conv_wgmma: what the copy engine (TMA) is asked for, how it lays tiles out, and how
// the matrix units (tensor cores) are told. All of it whole numbers, so that the host can test it.
#pragma once

#include "kernels/cuda/conv/geometry.h"
#include "kernels/cuda/conv/mma_index.h"

namespace nightjar::cuda::wgmma_index {

// A tile's rows are 128 or 64 bytes along k, and their 16-byte chunks swapped by bits of their address: that
// is the copy engine's pattern for rows of that length, and the matrix units' for tiles that start at
// multiples of 1024 bytes. At 128 bytes it is mma_index::swizzled.
constexpr int atom_rows = 8;

// The descriptor of a matrix in shared memory with k innermost (PTX ISA, "Matrix Descriptor"):
//   bits 0-13   address / 16
//   bits 16-29  not used by these patterns, 1
//   bits 32-45  bytes from 8 rows to the next 8 / 16
//   bits 62-63  1: rows of 128 bytes, 2: of 64
// A step along k is 32 bytes further inside the rows, whatever the swizzle: the pattern is one of address
// bits.
template <int row_bytes>
NIGHTJAR_BOTH constexpr std::uint64_t descriptor(std::uint32_t address) {
  static_assert(row_bytes == 128 || row_bytes == 64);
  return static_cast<std::uint64_t>((address & 0x3ffff) >> 4) | std::uint64_t{1} << 16 |
         static_cast<std::uint64_t>(atom_rows * row_bytes >> 4) << 32 |
         std::uint64_t{row_bytes == 128 ? 1 : 2} << 62;
}
constexpr int step_bytes = 32;

// A lane's sums are 2 neighbouring columns of every 8 (mma_index.h). The filters of 32 columns are dealt out
// so that those of a lane are 8 neighbouring filters: 16 bytes of halves, stored straight from registers.
constexpr int dealt_filters = 32, lane_filters = 8;
// The column of a filter of the 32.
constexpr int column_of(int filter) {
  return filter % lane_filters / 2 * 8 + filter / lane_filters * 2 + filter % 2;
}
// The first of a lane's 8 filters, and which of its sums is its i-th: sums of 8 columns are 4, 2 of them of a
// row.
NIGHTJAR_BOTH constexpr int first_filter_of(int lane) {
  return lane % 4 * lane_filters;
}
NIGHTJAR_BOTH constexpr int sum_of(int i) {
  return i / 2 * 4 + i % 2;
}

// The sum goes tap by tap, and a tap's channels in whole tiles: a step never straddles two taps.
NIGHTJAR_BOTH constexpr int channel_tiles(int channels, int tile_k) {
  return ceil_div(channels, tile_k);
}

struct Step {
  int offset_x, offset_y, channel;
};
// `by_channel_tiles` divides by channel_tiles(), `by_size` by the size of the window.
NIGHTJAR_BOTH Step step(int number, const Divider& by_channel_tiles, const Divider& by_size, int dilation,
                        int tile_k) {
  Step s;
  s.offset_y = by_size.divide(by_channel_tiles.divide(number, s.channel), s.offset_x);
  s.offset_x *= dilation;
  s.offset_y *= dilation;
  s.channel *= tile_k;
  return s;
}
// Where position k of the sum (geometry.h) lies in a filter's packed weights.
constexpr int packed_k(int k, int channels, int tile_k) {
  return k / channels * channel_tiles(channels, tile_k) * tile_k + k % channels;
}

// The box in which the window's top left corner walks, as offsets from the image's first and last cell, in
// both directions; the copy engine takes a step of the stride in it, row by row, image by image.
struct Im2colBox {
  int lower, upper;
};
inline Im2colBox im2col_box(const ops::Conv& op) {
  return {-op.pad, op.pad - (op.size - 1) * op.dilation};
}
// The ranges that cuTensorMapEncodeIm2col states for four dimensions.
inline bool encodable(const ops::Conv& op) {
  const Im2colBox box = im2col_box(op);
  return box.lower >= -128 && box.upper >= -128 && box.upper <= 127 && (op.size - 1) * op.dilation <= 255 &&
         op.stride_x <= 8 && op.stride_y <= 8;
}

}  // namespace nightjar::cuda::wgmma_index
