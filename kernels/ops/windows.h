// Windows that slide over an image: what convolution and pooling have in common.
#pragma once

#include <cstdint>

namespace nightjar {

// Windows that reach over `reach` cells, `stride` apart, in `in` cells with `padding` more in total; 0 where
// not even one fits.
inline std::int64_t window_count(int in, std::int64_t padding, std::int64_t reach, int stride) {
  const std::int64_t slack = in + padding - reach;
  return slack < 0 ? 0 : slack / stride + 1;
}

// The shape rule of a pool: an operation with in, out, size, strides and padding.
template <class Pool>
bool pools(const Pool& op) {
  return op.in.c == op.out.c && op.out.h == window_count(op.in.h, op.padding, op.size, op.stride_y) &&
         op.out.w == window_count(op.in.w, op.padding, op.size, op.stride_x);
}

}  // namespace nightjar
