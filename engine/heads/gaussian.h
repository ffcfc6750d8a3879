// [Gaussian_yolo]: a YOLOv3 head that also predicts how uncertain each coordinate is (docs/darknet-format.md
// section 6.3). Anchors are measured in the network's pixels.
#pragma once

#include <algorithm>

#include "engine/heads/yolo.h"

namespace nightjar {

struct GaussianHead : AnchorHead {
  static constexpr auto keys = [] {
    std::array<std::string_view, YoloHead::keys.size() + 2> all{"uc_normalizer", "yolo_point"};
    std::copy(YoloHead::keys.begin(), YoloHead::keys.end(), all.begin() + 2);
    return all;
  }();

  enum class Point { center, left_top, right_bottom };
  Point point = Point::center;  // yolo_point: which one of the box x, y are

  void decode(const Tensor& values, int n, Shape network, const DecodeOptions& options, Boxes& boxes) const;
};

}  // namespace nightjar
