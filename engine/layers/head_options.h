// Options that detection heads share (docs/darknet-format.md sections 6 and 8).
#pragma once

#include "engine/layers/layer.h"

namespace nightjar {

// `num`, and the anchors that there are: at least so many.
struct AnchorList {
  int num;
  std::vector<float> sides;  // w, h of each
};
// As the cfg has them, without a word about their count.
AnchorList list_anchors(LayerBuilder& layer);

// The first `num` anchors that are listed, a width and a height each. Where another count is, warns: as in
// both Darknets, missing sides are .5, and what is more has no effect. Refuses sides that are not above 0.
std::vector<float> read_anchors(LayerBuilder& layer);

// What [yolo] and [Gaussian_yolo] share: classes, the anchors that mask= selects, NMS. `coordinates` is the
// number of planes an anchor has in front of its classes. Refuses an input without one plane for each.
AnchorHead read_yolo_head(LayerBuilder& layer, int coordinates);

// Refuses an input that does not have slots * (coordinates + classes) channels.
void require_head_channels(LayerBuilder& layer, int slots, int coordinates, int classes);

}  // namespace nightjar
