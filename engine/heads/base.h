// What every kind of detection head has, and what is asked of its decoding (docs/darknet-format.md sections 6
// and 8).
#pragma once

#include <vector>

#include "engine/detect/nms.h"

namespace nightjar {

struct DecodeOptions {
  float threshold = .25f;  // a class is kept where objectness * class probability > threshold
  float hierarchy = .5f;   // of a class tree: least probability of the class, or of the way to it
  // The two published readings of YOLOv2 heads: objectness reported as 1, order of boxes, tree rule.
  bool alexeyab = true;
  // What a cell holds does not matter: its objectness is the probability of class 0, its only one.
  bool by_objectness = false;
  // An object that no class passes for is a box all the same, without classes.
  bool every_object = false;
};

struct HeadBase {
  int value = 0, layer = 0;  // of the graph; Darknet's number
  int classes = 0;
  Nms nms = Nms::sort;
  float beta_nms = .6f;
  bool stretched = false;  // pictures were stretched to fit such networks, not letterboxed
};

// A head whose channels are anchors x (coordinates, objectness, classes).
struct AnchorHead : HeadBase {
  std::vector<float> anchors;  // w, h of each anchor slot

  int slots() const { return static_cast<int>(anchors.size()) / 2; }
};

}  // namespace nightjar
