// The head of YOLOv3 and later (docs/darknet-format.md section 6.2). Anchors are measured in the network's
// pixels.
#pragma once

#include <array>
#include <string_view>

#include "engine/heads/base.h"
#include "kernels/tensor.h"

namespace nightjar {

struct YoloHead : AnchorHead {
  static constexpr std::array<std::string_view, 36> keys = {
      // what a box is
      "classes", "num", "mask", "anchors", "scale_x_y", "new_coords", "beta_nms", "nms_kind", "map",
      // training and tracking
      "max", "jitter", "ignore_thresh", "truth_thresh", "random", "objectness_smooth", "label_smooth_eps",
      "iou_normalizer", "obj_normalizer", "cls_normalizer", "delta_normalizer", "iou_loss", "iou_thresh_kind",
      "iou_thresh", "max_delta", "counters_per_class", "focal_loss", "resize", "show_details",
      "track_history_size", "sim_thresh", "dets_for_track", "dets_for_show", "track_ciou_norm",
      "embedding_layer",
      // ours
      "loss", "objectness_prior"};

  bool new_coords = false;  // sides went through a logistic, and are squared in place of exponentiated

  void decode(const Tensor& values, int n, Shape network, const DecodeOptions& options, Boxes& boxes) const;
};

}  // namespace nightjar
