// What [yolo] and [Gaussian_yolo] say of their loss (docs/darknet-format.md section 12.2).
#pragma once

#include "engine/layers/layer.h"

namespace nightjar {

// The loss of the head that the layer's output is.
// loss=darknet, which it is without the key, is of what the head writes; loss=giou_focal of what it reads.
void emit_yolo_loss(LayerBuilder& layer, const YoloHead& head);
void emit_gaussian_yolo_loss(LayerBuilder& layer, const GaussianHead& head);

}  // namespace nightjar
