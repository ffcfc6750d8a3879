#include "engine/eval/recall.h"

#include <algorithm>

#include "engine/detect/nms.h"

namespace nightjar {

void Recall::add(std::span<const Truth> shown, const Boxes& boxes, float iou) {
  ++pictures;
  proposals += static_cast<std::int64_t>(boxes.size());
  for (const Truth& truth : shown) {
    if (!truth.counts()) continue;
    const Detection its = box_of(truth);
    float best = 0;
    for (const Detection& box : boxes) best = std::max(best, nightjar::iou(box, its));
    ++truths;
    iou_sum += best;
    found += best > iou;
  }
}

}  // namespace nightjar
