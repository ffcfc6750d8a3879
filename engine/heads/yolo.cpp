// YOLOv3's box ("YOLOv3: An Incremental Improvement", section 2.1), relative to the input: in cell (i, j) of
// a W x H grid, with an anchor of aw x ah pixels and an input of NW x NH,
//   x = (i + s(x)) / W, y = (j + s(y)) / H, w = exp(w) aw / NW, h = exp(h) ah / NH,
// where the layer applies the logistic s, and scale_x_y. With new_coords (Scaled-YOLOv4) all four went
// through a logistic, and
//   w = (2 w)^2 aw / NW, h = (2 h)^2 ah / NH.
#include "engine/heads/yolo.h"

#include <utility>

#include "engine/heads/cells.h"

namespace nightjar {
namespace {

float squared_side(float value, float anchor, int unit) {
  return value * value * 4 * anchor / static_cast<float>(unit);
}

Detection place(const YoloHead& head, const AnchorCell& at, const Entries& entries, Shape grid,
                Shape network) {
  const auto side = head.new_coords ? squared_side : exponential_side;
  const float* anchor = &head.anchors[2 * at.slot];
  Detection box = centred(at, entries[0], entries[1], grid);
  box.w = side(entries[2], anchor[0], network.w);
  box.h = side(entries[3], anchor[1], network.h);
  return box;
}

}  // namespace

void YoloHead::decode(const Tensor& values, int n, Shape network, const DecodeOptions& options,
                      Boxes& boxes) const {
  const Cells cells(*this, values, n);
  for (const AnchorCell& candidate : by_cell(cells.find(options.threshold))) {
    const Entries entries = cells.entries(candidate);
    Detection box = place(*this, candidate, entries, values.shape, network);
    keep_scored(box, classes, options, [&](int i) { return box.objectness * entries.of_class(i); });
    keep_box(std::move(box), options, boxes);
  }
}

}  // namespace nightjar
