// Boxes as YOLOv3's (engine/heads/yolo.cpp) from x, sigma x, y, sigma y, w, sigma w, h, sigma h. A class
// counts for objectness * class probability * (1 - mean sigma), the detection criterion of Choi et al.,
// "Gaussian YOLOv3". That x, y may be a corner is AlexeyAB's.
#include "engine/heads/gaussian.h"

#include <utility>

#include "engine/heads/cells.h"

namespace nightjar {
namespace {

Detection place(const GaussianHead& head, const AnchorCell& at, const Entries& entries, Shape grid,
                Shape network) {
  using Point = GaussianHead::Point;
  const float* anchor = &head.anchors[2 * at.slot];
  Detection box = centred(at, entries[0], entries[2], grid);
  box.w = exponential_side(entries[4], anchor[0], network.w);
  box.h = exponential_side(entries[6], anchor[1], network.h);
  if (head.point != Point::center) {
    const float sign = head.point == Point::left_top ? 1 : -1;
    box.x += sign * box.w / 2;
    box.y += sign * box.h / 2;
  }
  return box;
}

// Double, as in Darknet.
double certainty(const Entries& entries) {
  return 1. - (entries[1] + entries[3] + entries[5] + entries[7]) / 4;
}

}  // namespace

void GaussianHead::decode(const Tensor& values, int n, Shape network, const DecodeOptions& options,
                          Boxes& boxes) const {
  const Cells cells(*this, values, n);
  for (const AnchorCell& candidate : by_cell(cells.find(options.threshold))) {
    const Entries entries = cells.entries(candidate);
    const double sure = certainty(entries);
    Detection box = place(*this, candidate, entries, values.shape, network);
    keep_scored(box, classes, options,
                [&](int i) { return static_cast<float>(box.objectness * entries.of_class(i) * sure); });
    keep_box(std::move(box), options, boxes);
  }
}

}  // namespace nightjar
