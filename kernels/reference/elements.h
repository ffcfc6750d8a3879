// Ways to walk a Tensor of any layout, for the definitions of the operations.
#pragma once

#include <cstdint>

#include "kernels/tensor.h"

namespace nightjar::reference {

// Calls visit(n, c, y, x) for every real element: no padding lanes, no halo.
template <class Visit>
void for_each_element(const Tensor& tensor, Visit visit) {
  for (int n = 0; n < tensor.batch; ++n)
    for (int c = 0; c < tensor.shape.c; ++c)
      for (int y = 0; y < tensor.shape.h; ++y)
        for (int x = 0; x < tensor.shape.w; ++x) visit(n, c, y, x);
}

inline void fill_with_zeros(const Tensor& tensor) {
  for_each_element(tensor, [&](int n, int c, int y, int x) { *tensor.at(n, c, y, x) = 0; });
}

// Calls visit(n, y, x) for every cell of every image.
template <class Visit>
void for_each_cell(const Tensor& tensor, Visit visit) {
  for (int n = 0; n < tensor.batch; ++n)
    for (int y = 0; y < tensor.shape.h; ++y)
      for (int x = 0; x < tensor.shape.w; ++x) visit(n, y, x);
}

// A weight operand as the array it is: planar, once for all images.
template <class T = float>
const T* array(const Tensor& weights) {
  return static_cast<const T*>(weights.data);
}

}  // namespace nightjar::reference
