#include "apps/python/src/options.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <utility>

#include "apps/python/src/bind.h"

namespace nightjar::python {

namespace nb = nanobind;

DetectOptions::DetectOptions(float threshold, float nms, int fit, int fork, std::vector<std::int32_t> classes,
                             bool agnostic_nms, int max_detections)
    : classes_(std::move(classes)) {
  nightjar_detect_options_init(&options_);
  options_.threshold = threshold;
  options_.nms = nms;
  options_.fit = fit;
  options_.fork = fork;
  options_.agnostic_nms = agnostic_nms;
  options_.max_detections = max_detections;
  options_.classes = classes_.empty() ? nullptr : classes_.data();
  options_.class_count = classes_.size();
}

nightjar_source Source::get() const {
  nightjar_source source = {};
  if (!file.empty()) source.file = file.c_str();
  if (content.is_valid()) {
    const auto bytes = nb::borrow<nb::bytes>(content);
    source.bytes = bytes.data();
    source.size = bytes.size();
  }
  return source;
}

Source source_of(nb::handle object) {
  if (object.is_none()) return {};
  if (nb::isinstance<nb::bytes>(object)) return {nb::borrow<nb::bytes>(object).c_str(), {}};
  const auto pair = nb::cast<nb::tuple>(object);
  return {nb::cast<std::string>(pair[0]), nb::cast<nb::bytes>(pair[1])};
}

void bind_options(nb::module_& module) {
  nb::class_<DetectOptions>(module, "DetectOptions")
      .def(nb::init<float, float, int, int, std::vector<std::int32_t>, bool, int>(), nb::arg("threshold"),
           nb::arg("nms"), nb::arg("fit"), nb::arg("fork"), nb::arg("classes"), nb::arg("agnostic_nms"),
           nb::arg("max_detections"));
}

}  // namespace nightjar::python
