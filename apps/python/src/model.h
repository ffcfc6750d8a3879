// A loaded network.
#pragma once

#include <nanobind/nanobind.h>

#include <cstdint>
#include <string>
#include <vector>

#include "apps/python/src/contexts.h"
#include "apps/python/src/handle.h"
#include "apps/python/src/options.h"
#include "apps/python/src/picture.h"

namespace nightjar::python {

// What Model is made of, as the package's ModelConfig has it.
struct ModelSettings {
  std::string device = "auto";
  int precision = NIGHTJAR_FP32;
  int threads = 0, width = 0, height = 0;
  std::string isa;
  bool strict = false, tune = false, fuse = true;
  bool synthesise = false;
  std::uint32_t seed = 1;
};

class Model {
 public:
  // Sources as source_of() takes them.
  Model(nanobind::handle cfg, nanobind::handle weights, nanobind::handle names,
        const ModelSettings& settings);

  const nightjar_model* get() const { return handle_.get(); }
  const nightjar_model_info& info() const { return info_; }

  // (xyxy, confidence, class_id) of each picture.
  nanobind::list detect(const nanobind::list& pictures, int order, bool planar, int batch,
                        const DetectOptions& options) const;
  // (pictures, classes)
  nanobind::object classify(const nanobind::list& pictures, int order, bool planar, int batch, int fit) const;
  // (images, channels, height, width) of float32 -> the values of `layers`, each (images, c, h, w).
  nanobind::list forward(nanobind::handle images, const std::vector<std::int32_t>& layers);

 private:
  ModelHandle handle_;
  nightjar_model_info info_;
  bool every_layer_;  // keeps each layer's own output
  Contexts contexts_;
};

}  // namespace nightjar::python
