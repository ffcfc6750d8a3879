// Head values -> boxes (SEMANTICS.md sections 5.1 and 5.3). Almost no cell holds an object: the objectness
// planes are read first, and everything else only where they pass.
#include "engine/detect/decode.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <span>

#include "engine/detect/class_tree.h"

namespace nightjar {
namespace {

// What one anchor slot says about one cell: coordinates, then objectness, then classes, in any block size.
struct Entries {
  const float* cell;                        // channel 0
  std::span<const std::ptrdiff_t> offsets;  // from there, one an entry
  float operator[](std::size_t i) const { return cell[offsets[i]]; }
};

struct Candidate {
  int y, x, slot;
  float objectness;
};

class HeadReader {
 public:
  HeadReader(const Head& head, const Tensor& values, int n) : head_(head), values_(values), n_(n) {
    assert(values.shape.c % head.slots() == 0);
    per_slot_ = values.shape.c / head.slots();
    coordinates_ = per_slot_ - head.classes - 1;
    for (int c = 0; c < values.shape.c; ++c)
      offsets_.push_back(values.at(n, c, 0, 0) - values.at(n, 0, 0, 0));
  }

  int coordinates() const { return coordinates_; }

  Entries entries(const Candidate& at) const {
    return {values_.at(n_, 0, at.y, at.x), std::span(offsets_).subspan(at.slot * per_slot_, per_slot_)};
  }

  // Slot by slot, cell by cell in rows.
  std::vector<Candidate> find(float threshold) const {
    std::vector<Candidate> found;
    for (int slot = 0; slot < head_.slots(); ++slot) {
      for (int y = 0; y < values_.shape.h; ++y) find_in_row(slot, y, threshold, found);
    }
    return found;
  }

 private:
  void find_in_row(int slot, int y, float threshold, std::vector<Candidate>& found) const {
    const float* objectness = values_.at(n_, slot * per_slot_ + coordinates_, y, 0);
    for (int x = 0; x < values_.shape.w; ++x, objectness += values_.block) {
      if (*objectness > threshold) found.push_back({y, x, slot, *objectness});
    }
  }

  const Head& head_;
  const Tensor& values_;
  int n_, per_slot_, coordinates_;
  std::vector<std::ptrdiff_t> offsets_;  // of each channel from channel 0 of the same cell
};

// A side from its raw value, relative to what the anchor is measured in. exp in double, as Darknet's C calls
// it.
float side(const Head& head, float value, float anchor, int unit) {
  if (head.new_coords) return value * value * 4 * anchor / static_cast<float>(unit);
  return static_cast<float>(std::exp(static_cast<double>(value)) * anchor / unit);
}

Detection place(const Head& head, const Candidate& at, const Entries& entries, Shape grid, Shape network) {
  const std::size_t step = head.kind == Head::Kind::gaussian ? 2 : 1;  // a deviation follows each coordinate
  const Shape unit = head.kind == Head::Kind::region ? grid : network;
  const float* anchor = &head.anchors[2 * at.slot];
  Detection box;
  box.x = (static_cast<float>(at.x) + entries[0]) / static_cast<float>(grid.w);
  box.y = (static_cast<float>(at.y) + entries[step]) / static_cast<float>(grid.h);
  box.w = side(head, entries[2 * step], anchor[0], unit.w);
  box.h = side(head, entries[3 * step], anchor[1], unit.h);
  box.objectness = at.objectness;
  if (head.point != Head::Point::center) {
    const float sign = head.point == Head::Point::left_top ? 1 : -1;
    box.x += sign * box.w / 2;
    box.y += sign * box.h / 2;
  }
  return box;
}

// Gaussian_yolo trusts a box less the less sure it is of the coordinates. Double, as in Darknet.
double certainty(const Head& head, const Entries& entries) {
  if (head.kind != Head::Kind::gaussian) return 1;
  return 1. - (entries[1] + entries[3] + entries[5] + entries[7]) / 4;
}

void score_tree(const Head& head, const DecodeOptions& options, std::span<float> classes, Detection& box) {
  multiply_by_parents(head.tree, classes);
  if (!head.class_map.empty()) {
    for (std::size_t i = 0; i < head.class_map.size(); ++i) {
      keep_class(box, static_cast<int>(i), box.objectness * classes[head.class_map[i]], options.threshold);
    }
  } else if (options.alexeyab) {
    const int best = last_likely_class(classes);
    if (best >= 0) keep_class(box, best, classes[best], options.threshold);
  } else {
    keep_class(box, deepest_likely_class(head.tree, classes, options.hierarchy), box.objectness,
               options.threshold);
  }
}

void score(const Head& head, const DecodeOptions& options, const Entries& entries, int first_class,
           Detection& box) {
  if (!head.tree.parent.empty()) {
    std::vector<float> classes(head.classes);
    for (int i = 0; i < head.classes; ++i) classes[i] = entries[first_class + i];
    score_tree(head, options, classes, box);
  } else {
    const double sure = certainty(head, entries);
    for (int i = 0; i < head.classes; ++i) {
      const float probability = static_cast<float>(box.objectness * entries[first_class + i] * sure);
      keep_class(box, i, probability, options.threshold);
    }
  }
  sort_classes(box);
}

}  // namespace

bool has_place(const Detection& box) {
  return std::isfinite(box.x) && std::isfinite(box.y) && std::isfinite(box.w) && std::isfinite(box.h);
}

void keep_class(Detection& box, int class_id, float probability, float threshold) {
  if (probability > threshold) box.classes.push_back({class_id, probability});
}

void sort_classes(Detection& box) {
  std::stable_sort(box.classes.begin(), box.classes.end(),
                   [](const ClassScore& a, const ClassScore& b) { return a.probability > b.probability; });
}

void decode(const Head& head, const Tensor& values, int n, Shape network, const DecodeOptions& options,
            Boxes& boxes) {
  const bool region = head.kind == Head::Kind::region;
  const bool class_fix =
      region && options.alexeyab && head.class_fix;  // objectness below one half counts as none
  const HeadReader reader(head, values, n);
  std::vector<Candidate> candidates = reader.find(options.threshold);
  if (!region || options.alexeyab) {  // pjreddie's regions stay slot by slot
    std::stable_sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
      return a.y != b.y ? a.y < b.y : a.x < b.x;
    });
  }
  for (const Candidate& candidate : candidates) {
    if (class_fix && candidate.objectness < .5f) continue;
    const Entries entries = reader.entries(candidate);
    Detection box = place(head, candidate, entries, values.shape, network);
    if (!has_place(box)) continue;
    score(head, options, entries, reader.coordinates() + 1, box);
    if (box.classes.empty()) continue;
    if (region && options.alexeyab) box.objectness = 1;
    boxes.push_back(std::move(box));
  }
}

}  // namespace nightjar
