// What a picture holds, as the losses read it: an input of the graph.
#pragma once

#include <array>

#include "kernels/tensor.h"

namespace nightjar {

// A truth of an image: its centre and sides relative to the picture, its class, and its weight where pictures
// were mixed. (boxes, 1, floats), planar; the first without a width ends them.
struct TrueBox {
  float x = 0, y = 0, w = 0, h = 0, class_id = 0, weight = 1;

  static constexpr int floats = 6;
  static Shape shape(int boxes) { return {boxes, 1, floats}; }
  static TrueBox at(const float* row) { return {row[0], row[1], row[2], row[3], row[4], row[5]}; }
  static TrueBox at(const Tensor& truth, int n, int box) { return at(truth.at(n, box, 0, 0)); }
  std::array<float, floats> values() const { return {x, y, w, h, class_id, weight}; }
  bool is_end() const { return !(w > 0); }
};

}  // namespace nightjar
