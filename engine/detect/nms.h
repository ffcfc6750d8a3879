// Greedy non-maximum suppression per class (docs/darknet-format.md section 8).
#pragma once

#include "engine/detect/boxes.h"

namespace nightjar {

enum class Nms { sort, diou, corners };  // nms_kind: default; greedynms and diounms; cornersnms

float iou(const Detection& a, const Detection& b);
// IoU - (d^2/c^2)^beta: d the distance of the centres, c the diagonal of the enclosing box.
float diou(const Detection& a, const Detection& b, float beta);

// Per class, in falling order of probability (ties: earlier box first), drops the class from every box that
// overlaps a kept one by more than `threshold` (0..1); boxes left without a class are removed. Order is kept.
// `agnostic`: boxes of different classes suppress each other too, each by its most probable class, and whole.
void suppress(Boxes& boxes, Nms kind, float beta, float threshold, bool agnostic = false);

// The order in which Darknet's suppression leaves boxes: it sorts all of them for each class in turn, those
// without it last, so that the highest class counts most. To be called before suppress(), which keeps it.
void sort_as_darknet(Boxes& boxes);

}  // namespace nightjar
