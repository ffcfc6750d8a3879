#include "apps/nightjar/detection.h"

#include "parsers/message.h"

namespace nightjar {
namespace {

Result<void> check_channels(const Model& model, const std::string& cfg) {
  const int channels = model.input().c;
  if (channels == 1 || channels == 3) return {};
  return malformed(cfg, "channels=" + std::to_string(channels) + "; pictures have 3 (colour) or 1 (grey)");
}

}  // namespace

Compat compat_of(const std::string& name) {
  return name == "alexeyab" ? Compat::alexeyab : name == "pjreddie" ? Compat::pjreddie : Compat::nightjar;
}

float default_threshold(Compat compat) {
  return compat == Compat::pjreddie ? .5f : .25f;
}

Fit default_fit(Compat compat, const Model& model) {
  const bool stretch = compat == Compat::alexeyab || model.stretched();
  return stretch && !model.letterbox() ? Fit::stretch : Fit::letterbox;
}

Fit fit_of(const std::string& name, Compat compat, const Model& model) {
  if (name.empty()) return default_fit(compat, model);
  return name == "stretch" ? Fit::stretch : Fit::letterbox;
}

void follow(Compat compat, ModelArguments& network) {
  network.alexeyab = compat != Compat::pjreddie;
  network.signed_padding = compat == Compat::alexeyab;
}

Result<void> check_detector(const Model& model, const std::string& cfg) {
  if (!model.detects())
    return malformed(cfg, "no detection layer; expected [yolo], [Gaussian_yolo], [region] or [detection]");
  return check_channels(model, cfg);
}

Result<void> check_classifier(const Model& model, const std::string& cfg) {
  if (model.detects())
    return malformed(cfg,
                     "it has a detection layer, and finds boxes: nightjar detect; a classifier is needed");
  const Shape output = model.output();
  if (output.h > 1 || output.w > 1) {
    return malformed(cfg, "its output is a grid of " + std::to_string(output.h) + "x" +
                              std::to_string(output.w) + "; a classifier's is one value a class");
  }
  return check_channels(model, cfg);
}

}  // namespace nightjar
