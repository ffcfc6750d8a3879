// Where a truth belongs: its cell, and the anchor whose shape is nearest; on a CPU and on a GPU, where the
// anchors are another array.
#pragma once

#include "kernels/ops/losses/overlap.h"
#include "kernels/tensor.h"

namespace nightjar {

// The cell of a centre, relative to the picture; one on the far edge belongs to the last.
NIGHTJAR_FORMULA int cell_of(double centre, int cells) {
  const int cell = static_cast<int>(centre * cells);
  return cell < 0 ? 0 : cell < cells ? cell : cells - 1;
}

// Sides of an anchor as a share of `whole`, which they are measured in.
template <class Anchors>
NIGHTJAR_FORMULA CentredBox anchor_of(const Anchors& anchors, int number, const Shape& whole) {
  const auto i = static_cast<std::size_t>(number) * 2;
  const float w = anchors[i], h = anchors[i + 1];
  return {0, 0, static_cast<double>(w) / whole.w, static_cast<double>(h) / whole.h};
}

// The first of `count` anchors whose shape overlaps the box's most.
struct Nearest {
  int anchor = 0;
  double overlap = 0;
};
template <class Anchors>
NIGHTJAR_FORMULA Nearest nearest_anchor(const Anchors& anchors, int count, const Shape& whole,
                                        const CentredBox& box) {
  const CentredBox shape{0, 0, box.w, box.h};
  Nearest nearest;
  for (int i = 0; i < count; ++i) {
    const double overlap = iou_of(anchor_of(anchors, i, whole), shape);
    if (overlap > nearest.overlap) nearest = {i, overlap};
  }
  return nearest;
}
template <class Anchors>
Nearest nearest_anchor(const Anchors& anchors, const Shape& whole, const CentredBox& box) {
  return nearest_anchor(anchors, static_cast<int>(anchors.size()) / 2, whole, box);
}

}  // namespace nightjar
