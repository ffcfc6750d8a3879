// Signs of weights and of inputs as the convolution of signs reads them (xnor.cpp), four channels a nibble.
//
// The weights of `sign_filters` filters lie side by side, a byte each, so that a register of bytes is what
// they have of four channels of a tap. Of the inputs two nibbles lie together, those of two output pixels
// that are neighbours: the number of the table in which one look-up finds, for each of the filters, how many
// of the four signs differ at either pixel (kernels/cpu/simd/difference_tables.h).
#pragma once

#include <cstring>

#include "kernels/cpu/conv/accumulate.h"
#include "kernels/cpu/layouts.h"
#include "kernels/kernel.h"
#include "kernels/ops/conv_xnor.h"
#include "kernels/reference/signs.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

constexpr int sign_filters = 4 * lanes;  // a register of bytes
constexpr int lane_nibbles = lanes / 4;

// Nibbles of a pixel: those behind the last channel are zeros, in weights as in inputs.
NIGHTJAR_INLINE int nibbles_of(const ops::ConvXnor& op) {
  return ceil_div(op.conv.in.c, lanes) * lane_nibbles;
}

// The inputs of a call as pairs, with a frame of zeros, which are the sign -1, as wide as the padding.
struct SignPlane {
  int nibbles;  // of a pixel
  int width, height, pad, stride;
  std::int64_t image;  // pairs

  SignPlane() = default;
  explicit SignPlane(const ops::ConvXnor& op)
      : nibbles(nibbles_of(op)),
        width(op.conv.in.w + 2 * op.conv.pad),
        height(op.conv.in.h + 2 * op.conv.pad),
        pad(op.conv.pad),
        stride(op.conv.stride_x),
        image(std::int64_t{width} * height * nibbles) {}

  std::ptrdiff_t row() const { return std::ptrdiff_t{width} * nibbles; }
  // A thread's nibbles of a row, and of the pixels behind it that its last pairs want.
  std::int64_t row_bytes() const { return std::int64_t{width + stride} * nibbles; }
};

// The signs of channels [first, first + lanes) of a row of `in`, `nibbles` apart, from any layout.
inline void write_nibbles(const Tensor& in, int n, int first, int y, std::uint8_t* to, int nibbles) {
  const int channels = min(in.shape.c - first, lanes);
  const unsigned real = (1u << channels) - 1;  // what is behind the last channel has no sign
  const bool whole = in_blocks(in);
  const float* cell = in.at(n, first, y, 0);
  for (int x = 0; x < in.shape.w; ++x, cell += in.pixel, to += nibbles) {
    unsigned bits = 0;
    if (whole) {
      bits = bits_of(greater(load(cell), set(0.f))) & real;
    } else {
      for (int i = 0; i < channels; ++i)
        bits |= reference::is_positive(*in.at(n, first + i, y, x)) ? 1u << i : 0;
    }
    for (int i = 0; i < lane_nibbles; ++i) to[i] = static_cast<std::uint8_t>(bits >> 4 * i & 15);
  }
}

// Row `y` of the framed image n. `row`: row_bytes() of scratch.
inline void write_pairs(const SignPlane& plane, const Tensor& in, int n, int y, std::uint8_t* row,
                        std::uint16_t* pairs) {
  const int in_y = y - plane.pad;
  std::memset(row, 0, static_cast<std::size_t>(plane.row_bytes()));
  if (in_y >= 0 && in_y < in.shape.h) {
    for (int first = 0; first < in.shape.c; first += lanes) {
      std::uint8_t* to = row + plane.pad * plane.nibbles + first / 4;
      write_nibbles(in, n, first, in_y, to, plane.nibbles);
    }
  }
  const std::ptrdiff_t count = plane.row();
  const std::uint8_t* next = row + std::ptrdiff_t{plane.stride} * plane.nibbles;
  for (std::ptrdiff_t i = 0; i < count; ++i)
    pairs[i] = static_cast<std::uint16_t>(16 * row[i] + 256 * next[i]);
}

// Where the packed parts lie: floats a filter, then the signs.
struct PackedSigns {
  int filters;          // with those that fill the last register
  int rectangle_rows;   // size + 1, or 0 where no sum lacks a part of its window
  std::int64_t floats;  // scales, biases, sums of rectangles
  std::int64_t vector;  // bytes of the signs of sign_filters filters
  std::int64_t bytes;   // all

  PackedSigns() = default;
  explicit PackedSigns(const ops::ConvXnor& op)
      : filters(ceil_div(op.conv.out.c, sign_filters) * sign_filters),
        rectangle_rows(op.outside == ops::ConvXnor::Outside::zero && op.conv.pad > 0 ? op.conv.size + 1 : 0),
        floats((2 + std::int64_t{rectangle_rows} * rectangle_rows) * filters),
        vector(std::int64_t{op.conv.size} * op.conv.size * nibbles_of(op) * sign_filters),
        bytes(floats * std::int64_t{sizeof(float)} + vector * (filters / sign_filters)) {}

  const float* scales(const void* packed) const { return static_cast<const float*>(packed); }
  const float* biases(const void* packed) const { return scales(packed) + filters; }
  // Sums of the signs of weights over the taps above row `y` and left of column `x`, for each filter.
  const float* rectangle(const void* packed, int y, int x) const {
    return scales(packed) + (2 + std::int64_t{y} * rectangle_rows + x) * filters;
  }
  const std::uint8_t* signs(const void* packed) const {
    return reinterpret_cast<const std::uint8_t*>(scales(packed) + floats);
  }
};

// Byte 4 * i + b of a register belongs to filter b * lanes + i of those in it: the lanes of sums_of(., b) are
// then those of an output block.
NIGHTJAR_INLINE int sign_place(int filter) {
  return filter % lanes * 4 + filter / lanes;
}

// The signs of one filter.
inline void pack_signs(const ops::ConvXnor& op, const float* weights, std::uint8_t* to) {
  const int taps = op.conv.size * op.conv.size, nibbles = nibbles_of(op);
  for (int c = 0; c < op.conv.in.c; ++c) {
    for (int t = 0; t < taps; ++t, ++weights) {
      std::uint8_t& place = to[(std::int64_t{t} * nibbles + c / 4) * sign_filters];
      if (reference::is_positive(*weights)) place = static_cast<std::uint8_t>(place | 1 << c % 4);
    }
  }
}

// The sums of one filter's signs over rectangles of taps, `step` apart.
inline void pack_rectangles(const ops::ConvXnor& op, const float* weights, float* to, std::ptrdiff_t step) {
  const int size = op.conv.size, taps = size * size;
  const std::ptrdiff_t row = (size + 1) * step;
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < size; ++x) {
      int sum = 0;
      for (int c = 0; c < op.conv.in.c; ++c)
        sum += reference::is_positive(weights[std::int64_t{c} * taps + y * size + x]) ? 1 : -1;
      float* corner = to + y * row + x * step;  // of the rectangle without this tap's row and column
      corner[row + step] = static_cast<float>(sum) + corner[row] + corner[step] - corner[0];
    }
  }
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
