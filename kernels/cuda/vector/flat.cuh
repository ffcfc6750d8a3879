// A tensor seen as one vector in CHW order, the order of Darknet's flat layers, while it lies in NHWC.
#pragma once

#include "kernels/cuda/device.cuh"

namespace nightjar::cuda {

struct FlatShape {
  Divider by_plane, by_row;

  explicit FlatShape(const Shape& s) : by_plane(s.h * s.w), by_row(s.w) {}
  NIGHTJAR_BOTH void split(int index, int& c, int& y, int& x) const {
    c = by_plane.divide(index, index);
    y = by_row.divide(index, x);
  }
  NIGHTJAR_BOTH int join(int c, int y, int x) const { return c * by_plane.divisor + y * by_row.divisor + x; }
};

template <class T>
struct FlatView {
  Global<T> data;
  int pixel;
  Divider by_plane;

  explicit FlatView(const Tensor& t)
      : data(static_cast<T*>(t.data)), pixel(t.pixel), by_plane(t.shape.h * t.shape.w) {}
  // Element `index` of image n.
  NIGHTJAR_DEVICE Global<T> at(int n, int index) const {
    int cell;
    const int c = by_plane.divide(index, cell);
    return data + ((n * by_plane.divisor + cell) * pixel + c);
  }
};

}  // namespace nightjar::cuda
