// Options as Python gives them, kept where the C interface's structs can point to them.
#pragma once

#include <nanobind/nanobind.h>

#include <cstdint>
#include <string>
#include <vector>

#include "apps/c/nightjar_c.h"

namespace nightjar::python {

class DetectOptions {
 public:
  DetectOptions(float threshold, float nms, int fit, int fork, std::vector<std::int32_t> classes,
                bool agnostic_nms, int max_detections);
  DetectOptions(const DetectOptions&) = delete;
  DetectOptions& operator=(const DetectOptions&) = delete;

  const nightjar_detect_options* get() const { return &options_; }

 private:
  std::vector<std::int32_t> classes_;
  nightjar_detect_options options_;
};

// A file's path, or what stands in it.
struct Source {
  std::string file;
  nanobind::object content;  // bytes; null: the file is read
  nightjar_source get() const;
};
// None; a path, as os.fsencode() gives it; or (name, content).
Source source_of(nanobind::handle object);

}  // namespace nightjar::python
