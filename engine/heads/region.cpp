// YOLOv2's box ("YOLO9000: Better, Faster, Stronger", section 2), relative to the input: in cell (i, j) of a
// W x H grid, with an anchor of aw x ah cells,
//   x = (i + s(x)) / W, y = (j + s(y)) / H, w = exp(w) aw / W, h = exp(h) ah / H,
// where the layer applies the logistic s. The two Darknets differ in what they report of it.
#include "engine/heads/region.h"

#include <span>
#include <utility>

#include "engine/heads/cells.h"
#include "engine/heads/class_tree.h"

namespace nightjar {
namespace {

Detection place(const RegionHead& head, const AnchorCell& at, const Entries& entries, Shape grid) {
  const float* anchor = &head.anchors[2 * at.slot];
  Detection box = centred(at, entries[0], entries[1], grid);
  box.w = exponential_side(entries[2], anchor[0], grid.w);
  box.h = exponential_side(entries[3], anchor[1], grid.h);
  return box;
}

void score_tree(const RegionHead& head, const DecodeOptions& options, std::span<float> classes,
                Detection& box) {
  multiply_by_parents(head.tree, classes);
  if (!head.class_map.empty()) {
    for (std::size_t i = 0; i < head.class_map.size(); ++i) {
      keep_class(box, static_cast<int>(i), box.objectness * classes[head.class_map[i]], options.threshold);
    }
  } else if (options.alexeyab) {
    const int best = last_likely_class(classes, options.hierarchy);
    if (best >= 0) keep_class(box, best, classes[best], options.threshold);
  } else {
    keep_class(box, deepest_likely_class(head.tree, classes, options.hierarchy), box.objectness,
               options.threshold);
  }
}

void score(const RegionHead& head, const DecodeOptions& options, const Entries& entries, Detection& box) {
  if (head.tree.parent.empty() || options.by_objectness) {
    keep_scored(box, head.classes, options, [&](int i) { return box.objectness * entries.of_class(i); });
    return;
  }
  std::vector<float> classes(head.classes);
  for (int i = 0; i < head.classes; ++i) classes[i] = entries.of_class(i);
  score_tree(head, options, classes, box);
}

}  // namespace

void RegionHead::decode(const Tensor& values, int n, Shape, const DecodeOptions& options,
                        Boxes& boxes) const {
  const Cells cells(*this, values, n);
  std::vector<AnchorCell> candidates = cells.find(options.threshold);
  if (options.alexeyab) candidates = by_cell(std::move(candidates));  // pjreddie's stay slot by slot
  for (const AnchorCell& candidate : candidates) {
    // AlexeyAB's classfix: objectness below one half counts as none.
    if (options.alexeyab && class_fix && candidate.objectness < .5f) continue;
    const Entries entries = cells.entries(candidate);
    Detection box = place(*this, candidate, entries, values.shape);
    score(*this, options, entries, box);
    if (options.alexeyab) box.objectness = 1;
    keep_box(std::move(box), options, boxes);
  }
}

}  // namespace nightjar
