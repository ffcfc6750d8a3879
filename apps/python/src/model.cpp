#include "apps/python/src/model.h"

#include <utility>

#include "apps/python/src/arrays.h"
#include "apps/python/src/detections.h"
#include "apps/python/src/error.h"

namespace nightjar::python {

namespace nb = nanobind;

namespace {

nightjar_model_options options_of(const ModelSettings& settings, const Source& names) {
  nightjar_model_options options;
  nightjar_model_options_init(&options);
  options.device = settings.device.c_str();
  options.precision = settings.precision;
  options.threads = settings.threads;
  options.width = settings.width;
  options.height = settings.height;
  options.isa = settings.isa.empty() ? nullptr : settings.isa.c_str();
  options.strict = settings.strict;
  options.tune = settings.tune;
  options.fuse = settings.fuse;
  options.names = names.get();
  options.synthesise = settings.synthesise;
  options.seed = settings.seed;
  return options;
}

}  // namespace

Model::Model(nb::handle cfg, nb::handle weights, nb::handle names, const ModelSettings& settings)
    : every_layer_(!settings.fuse) {
  const Source from_cfg = source_of(cfg), from_weights = source_of(weights), from_names = source_of(names);
  const nightjar_source cfg_source = from_cfg.get(), weights_source = from_weights.get();
  const nightjar_model_options options = options_of(settings, from_names);
  nb::gil_scoped_release released;
  handle_ = make<ModelHandle>(nightjar_model_load_from, &cfg_source, &weights_source, &options);
  info_.struct_size = sizeof info_;
  nightjar_model_info_get(handle_.get(), &info_);
}

nb::list Model::detect(const nb::list& pictures, int order, bool planar, int batch,
                       const DetectOptions& options) const {
  const Pictures borrowed(pictures, {order, planar}, info_.input.channels);
  const auto& all = borrowed.all();
  DetectionsHandle found;
  {
    nb::gil_scoped_release released;
    found =
        make<DetectionsHandle>(nightjar_model_detect, get(), all.data(), all.size(), batch, options.get());
  }
  return arrays_of(std::move(found));
}

nb::object Model::classify(const nb::list& pictures, int order, bool planar, int batch, int fit) const {
  const Pictures borrowed(pictures, {order, planar}, info_.input.channels);
  const auto& all = borrowed.all();
  nightjar_classify_options options;
  nightjar_classify_options_init(&options);
  options.fit = fit;
  ScoresHandle scores;
  {
    nb::gil_scoped_release released;
    scores = make<ScoresHandle>(nightjar_model_classify, get(), all.data(), all.size(), batch, &options);
  }
  const nightjar_scores* there = scores.get();
  return array(nightjar_scores_values(there),
               {nightjar_scores_pictures(there), nightjar_scores_classes(there)},
               owner_of(std::move(scores)));
}

}  // namespace nightjar::python
