// [region]: the head of YOLOv2 and yolo9000 (docs/darknet-format.md section 6.5). Anchors are measured in
// cells.
#pragma once

#include <string_view>
#include <vector>

#include "engine/heads/base.h"
#include "kernels/tensor.h"
#include "parsers/lists.h"

namespace nightjar {

struct RegionHead : AnchorHead {
  static constexpr std::string_view keys[] = {
      "coords",       "classes",        "num",        "softmax",     "anchors",    "tree",
      "map",          "classfix",       "background", "max",         "jitter",     "resize",
      "rescore",      "thresh",         "absolute",   "random",      "bias_match", "coord_scale",
      "object_scale", "noobject_scale", "mask_scale", "class_scale", "log",        "sqrt"};

  bool class_fix = false;      // classfix=-1
  ClassTree tree;              // empty where there is none
  std::vector<int> class_map;  // empty where there is none

  void decode(const Tensor& values, int n, Shape network, const DecodeOptions& options, Boxes& boxes) const;
};

}  // namespace nightjar
