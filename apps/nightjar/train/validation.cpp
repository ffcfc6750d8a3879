#include "apps/nightjar/train/validation.h"

#include <utility>

#include "apps/nightjar/detection.h"
#include "apps/nightjar/report.h"
#include "engine/eval/darknet_map.h"

namespace nightjar {
namespace {

// As AlexeyAB's `detector map` has them.
DetectOptions map_options(const Model& model) {
  DetectOptions options;
  options.threshold = .005f;
  options.hierarchy = 0;
  options.darknet_order = true;
  options.fit = default_fit(Compat::alexeyab, model);
  return options;
}

}  // namespace

Result<Validation> Validation::open(const DataSet& data, const std::vector<std::string>& names, int classes) {
  Validation made;
  auto pictures = data.pictures("valid");
  if (!pictures) return pictures.error();
  auto labels = read_labels(*pictures, {.place = {}, .names = names, .classes = classes});
  if (!labels) return labels.error();
  warn(labels->warnings);
  made.pictures_ = std::move(*pictures);
  made.labels_ = std::move(*labels);
  made.names_ = names;
  return made;
}

Result<double> Validation::measure(const std::string& cfg, const std::string& weights,
                                   const ModelOptions& options) const {
  const auto model = Model::load(cfg, weights, options);
  if (!model) return model.error();
  DarknetMap map(model->classes(), {});
  const DetectionJob job{.model = *model,
                         .names = names_,
                         .options = map_options(*model),
                         .stream = {.threads = options.threads},
                         .pictures = {},
                         .next = each_of(pictures_),
                         .total = pictures(),
                         .last_word = false};
  const auto end = run_pictures(job, "measuring", [&](Found found) -> Result<Delivery> {
    const auto& truths = labels_.pictures[static_cast<std::size_t>(found.number - 1)].truths;
    return Delivery([&map, &truths, boxes = std::move(found.detected.boxes)] {
      map.add(truths, boxes);
      return Result<void>();
    });
  });
  if (!end) return end.error();
  return map.figures().mean_average_precision;
}

}  // namespace nightjar
