// Options that detection heads share.
#include "engine/layers/head_options.h"

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

// The anchors that mask= selects, in its order; all of them where there is no mask.
std::vector<float> masked(LayerBuilder& layer, const std::vector<float>& anchors) {
  if (!layer.options.has("mask")) return anchors;
  const int num = static_cast<int>(anchors.size()) / 2;
  const std::vector<int> mask = layer.options.integers("mask");
  if (mask.size() > anchors.size() / 2)
    layer.refuse("mask", "mask selects " + std::to_string(mask.size()) + " of num=" + std::to_string(num) +
                             " anchors; at most all are possible");
  std::vector<float> selected;
  for (const int slot : mask) {
    if (slot < 0 || slot >= num) {
      layer.refuse("mask", "mask selects anchor " + std::to_string(slot) + " and num=" + std::to_string(num) +
                               "; 0.." + std::to_string(num - 1) + " exist");
      break;
    }
    selected.insert(selected.end(), {anchors[2 * slot], anchors[2 * slot + 1]});
  }
  return selected;
}

}  // namespace

std::vector<float> read_anchors(LayerBuilder& layer) {
  const int num = layer.options.integer("num", 1, {.low = 1, .high = max_anchors});
  std::vector<float> anchors = layer.options.reals("anchors");
  const std::size_t expected = std::size_t{2} * num;
  if (!layer.options.has("anchors")) anchors.assign(expected, .5f);
  if (anchors.size() != expected)
    layer.refuse("anchors", std::to_string(anchors.size()) +
                                " numbers in anchors; num=" + std::to_string(num) + " needs " +
                                std::to_string(expected) + ", a width and a height for each");
  for (const float side : anchors)
    if (!(side > 0)) layer.refuse("anchors", "an anchor side is not above 0; widths and heights are needed");
  anchors.resize(expected, 1);
  return anchors;
}

AnchorHead read_yolo_head(LayerBuilder& layer, int coordinates) {
  AnchorHead head;
  head.classes = layer.options.integer("classes", 20, {.low = 1});
  head.anchors = masked(layer, read_anchors(layer));
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
