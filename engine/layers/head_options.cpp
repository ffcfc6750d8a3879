// Options that detection heads share.
#include "engine/layers/head_options.h"

#include <algorithm>
#include <utility>

#include "parsers/message.h"

namespace nightjar {
namespace {

constexpr int max_anchors = 1 << 16;  // far above any real head; keeps num= from asking for memory

void read_nms(LayerBuilder& layer, HeadBase& head) {
  const std::string kind = layer.options.text("nms_kind", "default");
  const float beta = layer.options.real("beta_nms", head.beta_nms);
  if (kind == "greedynms") {
    head.nms = Nms::diou;  // always with the default beta
  } else if (kind == "diounms") {
    head.nms = Nms::diou;
    head.beta_nms = beta;
  } else if (kind == "cornersnms") {
    head.nms = Nms::corners;
  } else if (kind != "default") {
    layer.refuse("nms_kind", "nms_kind=" + printable(kind) +
                                 " is unknown; known are default, greedynms, diounms, cornersnms");
  }
}

int read_num(LayerBuilder& layer) {
  return layer.options.integer("num", 1, {.low = 1, .high = max_anchors});
}

// Refuses an anchor that is none, and tells of another count than num's.
AnchorList read_listed_anchors(LayerBuilder& layer) {
  const int num = read_num(layer);
  const std::vector<float> sides = layer.options.reals("anchors");
  for (const float side : sides)
    if (!(side > 0)) layer.refuse("anchors", "an anchor side is not above 0; widths and heights are needed");
  const std::size_t wanted = std::size_t{2} * num;
  const std::string found = std::to_string(sides.size()) +
                            " numbers in anchors where num=" + std::to_string(num) + " has " +
                            std::to_string(wanted) + "; ";
  if (layer.options.has("anchors") && sides.size() < wanted)
    layer.warn("anchors", found + "0.5 stands for each that is missing");
  if (sides.size() > wanted)
    layer.warn("anchors", found + "the others have no effect, unless mask= names them");
  return list_anchors(layer);
}

// The anchors that mask= selects, in its order; the first num where there is no mask.
std::vector<float> masked(LayerBuilder& layer) {
  auto [num, anchors] = read_listed_anchors(layer);
  if (!layer.options.has("mask")) {
    anchors.resize(std::size_t{2} * num);
    return anchors;
  }
  const int listed = static_cast<int>(anchors.size()) / 2;
  const std::vector<int> mask = layer.options.integers("mask");
  if (mask.size() > anchors.size() / 2)
    layer.refuse("mask", "mask selects " + std::to_string(mask.size()) + " of num=" + std::to_string(num) +
                             " anchors; at most all are possible");
  std::vector<float> selected;
  for (const int slot : mask) {
    if (slot < 0 || slot >= listed) {
      layer.refuse("mask", "mask selects anchor " + std::to_string(slot) + " and num=" + std::to_string(num) +
                               "; 0.." + std::to_string(listed - 1) + " exist");
      break;
    }
    selected.insert(selected.end(), {anchors[2 * slot], anchors[2 * slot + 1]});
  }
  return selected;
}

}  // namespace

AnchorList list_anchors(LayerBuilder& layer) {
  const int num = read_num(layer);
  std::vector<float> sides = layer.options.reals("anchors");
  sides.resize(std::max(std::size_t{2} * num, sides.size() + sides.size() % 2), .5f);
  return {num, std::move(sides)};
}

std::vector<float> read_anchors(LayerBuilder& layer) {
  auto [num, anchors] = read_listed_anchors(layer);
  anchors.resize(std::size_t{2} * num);
  return anchors;
}

AnchorHead read_yolo_head(LayerBuilder& layer, int coordinates) {
  AnchorHead head;
  head.classes = layer.options.integer("classes", 20, {.low = 1});
  head.anchors = masked(layer);
  read_nms(layer, head);
  require_head_channels(layer, head.slots(), coordinates, head.classes);
  return head;
}

void require_head_channels(LayerBuilder& layer, int slots, int coordinates, int classes) {
  const std::int64_t planes = std::int64_t{coordinates} + classes, needed = slots * planes;
  if (layer.input_shape().c == needed) return;
  layer.refuse("classes", "the input has " + std::to_string(layer.input_shape().c) + " channels; " +
                              std::to_string(slots) + " anchors x (" + std::to_string(coordinates) + " + " +
                              std::to_string(classes) + " classes) need filters=" + std::to_string(needed) +
                              " in the convolution before");
}

}  // namespace nightjar
