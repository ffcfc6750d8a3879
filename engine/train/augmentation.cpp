#include "engine/train/augmentation.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

namespace nightjar {
namespace {

constexpr std::string_view heads[] = {"yolo", "Gaussian_yolo", "region", "detection"};

bool is_head(const CfgSection& section) {
  return std::find(std::begin(heads), std::end(heads), section.type) != std::end(heads);
}

float within(CfgOptions& options, const char* key, float fallback, float low, float high) {
  const float value = options.real(key, fallback);
  if (value >= low && value <= high) return value;
  const auto number = [](float n) { return std::to_string(n).substr(0, std::to_string(n).find('.') + 3); };
  options.refuse(key, std::string(key) + " is " + number(value) + "; " + number(low) + " to " + number(high) +
                          " is needed");
  return fallback;
}

// Darknet takes 0 for 1 here.
float factor(CfgOptions& options, const char* key) {
  const float value = within(options, key, 1, 0, 100);
  return value == 0 ? 1 : value;
}

// Of several keys mosaic counts, then cutmix. Detectors have no cutmix, as in Darknet.
Mix read_mix(CfgOptions& options, bool classifies) {
  const bool mixup = options.flag("mixup", false), mosaic = options.flag("mosaic", false),
             cutmix = options.flag("cutmix", false) && classifies;
  if (mosaic && cutmix) return Mix::cutmix_or_mosaic;
  if (mosaic) return Mix::mosaic;
  if (cutmix) return Mix::cutmix;
  return mixup ? Mix::mixup : Mix::none;
}

void read_zoom(CfgOptions& options, Augmentation& a) {
  const std::vector<float> zoom = options.reals("zoom");
  if (zoom.empty()) return;
  if (zoom.size() != 2 || !(zoom[0] >= .1f && zoom[0] <= zoom[1] && zoom[1] <= 10)) {
    options.refuse("zoom", "zoom is not two numbers from 0.1 to 10, the lesser first; as zoom=0.7,1.5");
    return;
  }
  a.least_zoom = zoom[0], a.greatest_zoom = zoom[1];
  a.stretch = within(options, "stretch", 1, 1, 4);
}

void read_net(CfgOptions& options, Augmentation& a) {
  constexpr int widest = 255;
  a.hue = within(options, "hue", 0, 0, 1);
  a.saturation = factor(options, "saturation");
  a.exposure = factor(options, "exposure");
  a.flip = options.flag("flip", true);
  a.flip_vertical = options.flag("flip_vertical", false);
  a.letter_box = options.flag("letter_box", false);
  a.mix = read_mix(options, a.classifies);
  a.blur = options.integer("blur", 0, {.low = 0, .high = widest});
  a.noise = static_cast<float>(std::min(options.integer("gaussian_noise", 0, {.low = 0}), 127)) / 255;
  a.least_visible = within(options, "least_visible", 0, 0, 1);
  read_zoom(options, a);
  if (a.mix == Mix::mosaic && a.letter_box && !a.classifies)
    options.refuse("letter_box", "letter_box=1 with mosaic=1; one of the two is possible");
}

void read_classifiers(CfgOptions& options, Augmentation& a) {
  const int width = options.integer("width", 1, {.low = 1});
  const int least = options.integer("min_crop", width, {.low = 1}),
            greatest = options.integer("max_crop", 2 * width, {.low = 1});
  if (least > greatest)
    options.refuse("min_crop", "min_crop=" + std::to_string(least) + " is above max_crop=" +
                                   std::to_string(greatest) + "; at most that is needed");
  a.least_side = static_cast<float>(least) / static_cast<float>(width);
  a.greatest_side = static_cast<float>(greatest) / static_cast<float>(width);
  a.angle = within(options, "angle", 0, 0, 360);
  a.aspect = factor(options, "aspect");
  a.label_smooth_eps = within(options, "label_smooth_eps", 0, 0, 1);
}

}  // namespace

Result<Augmentation> read_augmentation(const Cfg& cfg) {
  Augmentation a;
  const auto head = std::find_if(cfg.sections.rbegin(), cfg.sections.rend(), is_head);
  a.classifies = head == cfg.sections.rend();
  CfgOptions net(cfg.file, cfg.sections[0]);
  read_net(net, a);
  if (a.classifies) read_classifiers(net, a);
  if (const auto error = net.error()) return *error;
  if (a.classifies) return a;
  CfgOptions options(cfg.file, *head);
  a.jitter = within(options, "jitter", .2f, 0, .9f);
  a.resize = within(options, "resize", 1, .1f, 10);
  if (const auto error = options.error()) return *error;
  return a;
}

}  // namespace nightjar
