// What [yolo] says of its loss (docs/darknet-format.md section 12.2).
#pragma once

#include "engine/layers/layer.h"
#include "kernels/ops/losses/yolo_loss.h"

namespace nightjar {

// Of the head that the layer's output is, which writes `head`.
ops::YoloLoss read_yolo_loss(LayerBuilder& layer, const YoloHead& head);

}  // namespace nightjar
