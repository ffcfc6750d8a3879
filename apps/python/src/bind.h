// What each file adds to the module, and how errors that are not thrown become exceptions.
#pragma once

#include <nanobind/nanobind.h>

#include "apps/python/src/error.h"

namespace nightjar::python {

void bind_errors();
void bind_options(nanobind::module_& module);
void bind_model(nanobind::module_& module);
void bind_pictures(nanobind::module_& module);
void bind_stream(nanobind::module_& module);
// For nightjar_darknet/cv2_dnn: OpenCV's own arithmetic.
void bind_opencv(nanobind::module_& module);

// An instance of a class of nightjar_darknet/errors.py. Needs the GIL.
nanobind::object exception_of(const Failed& failed);

}  // namespace nightjar::python
