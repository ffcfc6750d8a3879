// Where a truth belongs: its cell, and the anchor whose shape is nearest.
#pragma once

#include <algorithm>
#include <vector>

#include "kernels/ops/losses/overlap.h"
#include "kernels/tensor.h"

namespace nightjar {

// The cell of a centre, relative to the picture; one on the far edge belongs to the last.
inline int cell_of(double centre, int cells) {
  return std::clamp(static_cast<int>(centre * cells), 0, cells - 1);
}

// Sides of an anchor as a share of `whole`, which they are measured in.
inline CentredBox anchor_of(const std::vector<float>& anchors, int number, const Shape& whole) {
  const auto i = static_cast<std::size_t>(number) * 2;
  return {0, 0, double{anchors[i]} / whole.w, double{anchors[i + 1]} / whole.h};
}

// The first of the anchors whose shape overlaps the box's most.
struct Nearest {
  int anchor = 0;
  double overlap = 0;
};
inline Nearest nearest_anchor(const std::vector<float>& anchors, const Shape& whole, const CentredBox& box) {
  const CentredBox shape{0, 0, box.w, box.h};
  Nearest nearest;
  for (int i = 0; i < static_cast<int>(anchors.size()) / 2; ++i) {
    const double overlap = iou_of(anchor_of(anchors, i, whole), shape);
    if (overlap > nearest.overlap) nearest = {i, overlap};
  }
  return nearest;
}

}  // namespace nightjar
