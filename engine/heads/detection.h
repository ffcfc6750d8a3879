// [detection]: the head of the first YOLO (docs/darknet-format.md section 6.6). Its values are one vector:
// the classes of every cell, then the confidences of every cell's slots, then their boxes.
#pragma once

#include <string_view>

#include "engine/heads/base.h"
#include "kernels/tensor.h"

namespace nightjar {

struct DetectionHead : HeadBase {
  static constexpr std::string_view keys[] = {// what a box is
                                              "classes", "coords", "num", "side", "softmax", "sqrt",
                                              // training
                                              "rescore", "max", "coord_scale", "forced", "object_scale",
                                              "noobject_scale", "class_scale", "jitter", "resize", "random",
                                              "reorg"};

  int side = 7;              // the grid is side x side
  int slots = 1;             // boxes of a cell
  bool square_root = false;  // sides are roots, and squared to become sides

  void decode(const Tensor& values, int n, Shape network, const DecodeOptions& options, Boxes& boxes) const;
};

}  // namespace nightjar
