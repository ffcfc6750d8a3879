#include "engine/layers/yolo_loss.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "engine/layers/head_options.h"
#include "kernels/ops/losses/gaussian_yolo_loss.h"
#include "kernels/ops/losses/giou_focal_loss.h"
#include "kernels/ops/losses/yolo_loss.h"
#include "parsers/choice.h"

namespace nightjar {
namespace {

using Box = ops::YoloLoss::Box;
constexpr std::pair<std::string_view, Box> box_losses[] = {
    {"mse", Box::squares}, {"iou", Box::iou}, {"giou", Box::giou}, {"diou", Box::diou}, {"ciou", Box::ciou}};
constexpr std::pair<std::string_view, Overlap> overlaps[] = {
    {"iou", Overlap::iou}, {"giou", Overlap::giou}, {"diou", Overlap::diou}, {"ciou", Overlap::ciou}};

enum class Loss : std::uint8_t { darknet, giou_focal };
constexpr std::pair<std::string_view, Loss> losses[] = {{"darknet", Loss::darknet},
                                                        {"giou_focal", Loss::giou_focal}};

// The slots of the list that this head has; all of them where there is no mask.
std::vector<int> read_mask(LayerBuilder& layer, int num) {
  if (layer.options.has("mask")) return layer.options.integers("mask");
  std::vector<int> all(static_cast<std::size_t>(num));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

// A rare class counts for more: as many times as the most frequent one is more frequent.
std::vector<float> read_multipliers(LayerBuilder& layer, int classes, float most) {
  std::vector<float> counters = layer.options.reals("counters_per_class");
  if (counters.empty()) return {};
  if (counters.size() != static_cast<std::size_t>(classes)) {
    layer.refuse("counters_per_class", "counters_per_class has " + std::to_string(counters.size()) +
                                           " numbers and classes=" + std::to_string(classes) +
                                           "; one a class is needed");
    return {};
  }
  const float greatest = *std::max_element(counters.begin(), counters.end());
  for (float& counter : counters) {
    if (!(counter > 0))
      layer.refuse("counters_per_class", "a counter is not above 0; how many boxes of each class is needed");
    counter = std::min(greatest / counter, most);
  }
  return counters;
}

ops::YoloLoss read_darknet_loss(LayerBuilder& layer, const AnchorHead& head, bool pjreddie) {
  const auto real = [&](const char* key, float fallback) { return layer.options.real(key, fallback); };
  AnchorList anchors = list_anchors(layer);
  ops::YoloLoss loss;
  loss.shape = layer.shape(layer.output());
  loss.network = layer.network();
  loss.classes = head.classes;
  loss.mask = read_mask(layer, anchors.num);
  loss.anchors = std::move(anchors.sides);
  loss.pjreddie = pjreddie;
  loss.ignore_thresh = real("ignore_thresh", .5f);
  loss.truth_thresh = real("truth_thresh", 1);
  if (loss.pjreddie) return loss;
  loss.boxes = layer.options.integer("max", 200, {.low = 1, .high = 1 << 16});
  loss.box = read_choice(layer.options, "iou_loss", "mse", box_losses);
  loss.shape_overlap = read_choice(layer.options, "iou_thresh_kind", "iou", overlaps);
  loss.iou_thresh = real("iou_thresh", 1);
  loss.iou_normalizer = real("iou_normalizer", .75f);
  loss.obj_normalizer = real("obj_normalizer", 1);
  loss.cls_normalizer = real("cls_normalizer", 1);
  loss.label_smooth_eps = real("label_smooth_eps", 0);
  loss.max_delta = real("max_delta", ops::YoloLoss::never);
  loss.focal_loss = layer.options.flag("focal_loss", false);
  loss.objectness_smooth = layer.options.flag("objectness_smooth", false);
  loss.multipliers = read_multipliers(layer, head.classes, loss.max_delta);
  return loss;
}

ops::GiouFocalLoss read_giou_focal_loss(LayerBuilder& layer, const YoloHead& head) {
  AnchorList anchors = list_anchors(layer);
  ops::GiouFocalLoss loss;
  loss.shape = layer.input_shape();
  loss.network = layer.network();
  loss.classes = head.classes;
  loss.boxes = layer.options.integer("max", 200, {.low = 1, .high = 1 << 16});
  loss.mask = read_mask(layer, anchors.num);
  loss.anchors = std::move(anchors.sides);
  loss.ignore_thresh = layer.options.real("ignore_thresh", .5f);
  for (const char* key : {"new_coords", "focal_loss", "objectness_smooth"})
    if (layer.options.flag(key, false))
      layer.refuse(key, std::string(key) + "=1 with loss=giou_focal, which has none");
  if (layer.options.real("scale_x_y", 1) != 1)
    layer.refuse("scale_x_y", "scale_x_y with loss=giou_focal; 1 is needed");
  return loss;
}

// What starts at even odds would be pushed down by all of the background at once.
void start_low(LayerBuilder& layer, const YoloHead& head, Training::Loss& loss) {
  loss.prior = layer.options.real("objectness_prior", .018f);
  loss.fields = 5 + head.classes;
  if (!(loss.prior > 0 && loss.prior < 1))
    layer.refuse("objectness_prior", "objectness_prior is no probability; one between 0 and 1 is needed");
}

}  // namespace

void emit_yolo_loss(LayerBuilder& layer, const YoloHead& head) {
  if (read_choice(layer.options, "loss", "darknet", losses) == Loss::giou_focal)
    return start_low(layer, head, layer.loss(read_giou_focal_loss(layer, head), layer.input()));
  ops::YoloLoss loss = read_darknet_loss(layer, head, !layer.build.alexeyab);
  loss.new_coords = head.new_coords && !loss.pjreddie;
  layer.loss(std::move(loss));
}

// pjreddie's Darknet does not have the layer.
void emit_gaussian_yolo_loss(LayerBuilder& layer, const GaussianHead& head) {
  ops::GaussianYoloLoss loss{read_darknet_loss(layer, head, false)};
  loss.yolo.focal_loss = false;  // which it does not know
  loss.point = static_cast<ops::GaussianYoloLoss::Point>(head.point);
  loss.uc_normalizer = layer.options.real("uc_normalizer", 1);
  layer.loss(std::move(loss));
}

}  // namespace nightjar
