// Options that detection heads share (SEMANTICS.md sections 3.5 and 5).
#pragma once

#include <array>

#include "engine/layers/layer.h"

namespace nightjar {

inline constexpr std::array<std::string_view, 34> yolo_keys = {
    // what a box is
    "classes", "num", "mask", "anchors", "scale_x_y", "new_coords", "beta_nms", "nms_kind", "map",
    // training and tracking
    "max", "jitter", "ignore_thresh", "truth_thresh", "random", "objectness_smooth", "label_smooth_eps",
    "iou_normalizer", "obj_normalizer", "cls_normalizer", "delta_normalizer", "iou_loss", "iou_thresh_kind",
    "iou_thresh", "max_delta", "counters_per_class", "focal_loss", "resize", "show_details",
    "track_history_size", "sim_thresh", "dets_for_track", "dets_for_show", "track_ciou_norm",
    "embedding_layer"};

// The anchors of a head, `num` pairs; .5 each where there is no `anchors`. Refuses another count than 2*num,
// and values that are not above 0.
std::vector<float> read_anchors(LayerBuilder& layer);

// Head of [yolo] and [Gaussian_yolo]: classes, the anchors that mask= selects, NMS. `coordinates` is the
// number of planes an anchor has in front of its classes. Refuses an input without one plane for each.
Head read_yolo_head(LayerBuilder& layer, int coordinates);

// Refuses an input that does not have slots * (coordinates + classes) channels.
void require_head_channels(LayerBuilder& layer, int slots, int coordinates, int classes);

}  // namespace nightjar
