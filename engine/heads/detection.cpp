// YOLO's box ("You Only Look Once: Unified, Real-Time Object Detection", section 2), relative to the input:
// in cell (i, j) of an S x S grid
//   x = (i + x) / S, y = (j + y) / S, w = w^2, h = h^2, or w and h as they are,
// and its score for a class is its confidence times the cell's value for that class. Nothing but that product
// is compared with the threshold.
#include "engine/heads/detection.h"

#include <utility>

#include "engine/heads/cells.h"

namespace nightjar {
namespace {

// In double where the side is squared, as Darknet's pow().
float side_of(const DetectionHead& head, float value) {
  return head.square_root ? static_cast<float>(double{value} * value) : value;
}

}  // namespace

void DetectionHead::decode(const Tensor& values, int n, Shape, const DecodeOptions& options,
                           Boxes& boxes) const {
  const int cells = side * side;
  const auto at = [&](std::int64_t i) { return *values.flat(n, i); };
  for (int box_index = 0; box_index < cells * slots; ++box_index) {
    const int cell = box_index / slots, slot = box_index % slots;
    const std::int64_t confidence = std::int64_t{cells} * classes + box_index;
    const std::int64_t place = std::int64_t{cells} * (classes + slots) + std::int64_t{4} * box_index;
    Detection box =
        centred({cell / side, cell % side, slot, at(confidence)}, at(place), at(place + 1), {0, side, side});
    box.w = side_of(*this, at(place + 2));
    box.h = side_of(*this, at(place + 3));
    for (int i = 0; i < classes; ++i) {
      const float probability = box.objectness * at(std::int64_t{cell} * classes + i);
      keep_class(box, i, probability, options.threshold);
    }
    keep_box(std::move(box), options, boxes);
  }
}

}  // namespace nightjar
