// Almost no cell holds an object: the objectness planes are read first, and everything else only where they
// pass.
#include "engine/heads/cells.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace nightjar {

Cells::Cells(const AnchorHead& head, const Tensor& values, int n)
    : values_(values), n_(n), slots_(head.slots()) {
  assert(values.shape.c % slots_ == 0);
  per_slot_ = values.shape.c / slots_;
  coordinates_ = per_slot_ - head.classes - 1;
  for (int c = 0; c < values.shape.c; ++c) offsets_.push_back(values.at(n, c, 0, 0) - values.at(n, 0, 0, 0));
}

std::vector<AnchorCell> Cells::find(float threshold) const {
  std::vector<AnchorCell> found;
  for (int slot = 0; slot < slots_; ++slot) {
    for (int y = 0; y < values_.shape.h; ++y) find_in_row(slot, y, threshold, found);
  }
  return found;
}

void Cells::find_in_row(int slot, int y, float threshold, std::vector<AnchorCell>& found) const {
  const float* objectness = values_.at(n_, slot * per_slot_ + coordinates_, y, 0);
  for (int x = 0; x < values_.shape.w; ++x, objectness += values_.block) {
    if (*objectness > threshold) found.push_back({y, x, slot, *objectness});
  }
}

Entries Cells::entries(const AnchorCell& at) const {
  return {values_.at(n_, 0, at.y, at.x), std::span(offsets_).subspan(at.slot * per_slot_, per_slot_),
          coordinates_ + 1};
}

std::vector<AnchorCell> by_cell(std::vector<AnchorCell> candidates) {
  std::stable_sort(candidates.begin(), candidates.end(), [](const AnchorCell& a, const AnchorCell& b) {
    return a.y != b.y ? a.y < b.y : a.x < b.x;
  });
  return candidates;
}

Detection centred(const AnchorCell& at, float x, float y, Shape grid) {
  Detection box;
  box.x = (static_cast<float>(at.x) + x) / static_cast<float>(grid.w);
  box.y = (static_cast<float>(at.y) + y) / static_cast<float>(grid.h);
  box.objectness = at.objectness;
  return box;
}

// exp in double, as Darknet's C calls it.
float exponential_side(float value, float anchor, int unit) {
  return static_cast<float>(std::exp(static_cast<double>(value)) * anchor / unit);
}

void keep_class(Detection& box, int class_id, float probability, float threshold) {
  if (probability > threshold) box.classes.push_back({class_id, probability});
}

void keep_box(Detection box, const DecodeOptions& options, Boxes& boxes) {
  const bool has_place =
      std::isfinite(box.x) && std::isfinite(box.y) && std::isfinite(box.w) && std::isfinite(box.h);
  if (!has_place || (box.classes.empty() && !options.every_object)) return;
  std::stable_sort(box.classes.begin(), box.classes.end(),
                   [](const ClassScore& a, const ClassScore& b) { return a.probability > b.probability; });
  boxes.push_back(std::move(box));
}

}  // namespace nightjar
