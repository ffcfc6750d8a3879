// The cells that a window covers, for the definitions of convolutions and pools.
#pragma once

#include <algorithm>

#include "kernels/ops/conv.h"

namespace nightjar::reference {

// Calls visit(y, x) for the cells of a pooling window that lie inside the image. Pool: MaxPool or
// LocalAvgPool.
template <class Pool, class Visit>
void for_each_in_window(const Pool& op, int y, int x, Visit visit) {
  const int top = y * op.stride_y - op.padding / 2, left = x * op.stride_x - op.padding / 2;
  for (int in_y = std::max(top, 0); in_y < std::min(top + op.size, op.in.h); ++in_y)
    for (int in_x = std::max(left, 0); in_x < std::min(left + op.size, op.in.w); ++in_x) visit(in_y, in_x);
}

// Calls visit(weight's index within the filter, channel, y, x) for the taps of a filter at one output cell
// that lie inside the image.
template <class Visit>
void for_each_tap(const ops::Conv& op, int filter, int y, int x, Visit visit) {
  const int channels = op.in.c / op.groups, first = filter / (op.out.c / op.groups) * channels;
  for (int c = 0; c < channels; ++c)
    for (int ky = 0; ky < op.size; ++ky)
      for (int kx = 0; kx < op.size; ++kx) {
        const int in_y = y * op.stride_y - op.pad + ky * op.dilation;
        const int in_x = x * op.stride_x - op.pad + kx * op.dilation;
        if (in_y < 0 || in_y >= op.in.h || in_x < 0 || in_x >= op.in.w) continue;
        visit((std::int64_t{c} * op.size + ky) * op.size + kx, first + c, in_y, in_x);
      }
}

}  // namespace nightjar::reference
