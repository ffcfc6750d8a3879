// The windows of a pool that cover a cell of its image: what gradients by the image are made of.
#pragma once

#include "kernels/cuda/device.cuh"

namespace nightjar::cuda {

struct CoveringWindows {
  int in_h, in_w, out_h, out_w, size, stride_x, stride_y, before;  // cells of the first window outside
  Divider by_plane, by_row;                                        // of the image

  // Pool: ops::MaxPool or ops::LocalAvgPool.
  template <class Pool>
  explicit CoveringWindows(const Pool& pool)
      : in_h(pool.in.h),
        in_w(pool.in.w),
        out_h(pool.out.h),
        out_w(pool.out.w),
        size(pool.size),
        stride_x(pool.stride_x),
        stride_y(pool.stride_y),
        before(pool.padding / 2),
        by_plane(pool.in.h * pool.in.w),
        by_row(pool.in.w) {}

  // Calls visit(window of all images, its cells inside the image), row by row.
  template <class Visit>
  NIGHTJAR_DEVICE void each(int pixel, Visit visit) const {
    int x, rest;
    const int n = by_plane.divide(pixel, rest), y = by_row.divide(rest, x);
    for (int row = first(y, stride_y); row <= last(y, stride_y, out_h); ++row) {
      for (int column = first(x, stride_x); column <= last(x, stride_x, out_w); ++column)
        visit((n * out_h + row) * out_w + column,
              inside(row, stride_y, in_h) * inside(column, stride_x, in_w));
    }
  }

 private:
  // Along an axis: window i has the cells i * stride - before + [0, size).
  NIGHTJAR_DEVICE int first(int cell, int stride) const {
    const int behind = cell + before - size + 1;
    return behind > 0 ? ceil_div(behind, stride) : 0;
  }
  NIGHTJAR_DEVICE int last(int cell, int stride, int windows) const {
    return min((cell + before) / stride, windows - 1);
  }
  NIGHTJAR_DEVICE int inside(int window, int stride, int cells) const {
    const int begin = window * stride - before;
    return min(begin + size, cells) - max(begin, 0);
  }
};

}  // namespace nightjar::cuda
