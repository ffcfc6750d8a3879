// What was found, as NumPy arrays on the memory of the C interface's result.
#pragma once

#include <nanobind/nanobind.h>

#include <cstddef>
#include <memory>

#include "apps/python/src/handle.h"

namespace nightjar::python {

// (xyxy, confidence, class_id) of one picture after the other. Needs the GIL.
nanobind::list arrays_of(DetectionsHandle detections);
// The same of a result that somebody else owns: `owner` keeps it alive.
nanobind::list arrays_of(const nightjar_detections* detections, nanobind::handle owner);

}  // namespace nightjar::python
