// The extension module nightjar_darknet._native: thin classes on the C interface. What people call is in the
// package's Python files.
#include <nanobind/nanobind.h>

#include "apps/python/src/bind.h"

NB_MODULE(_native, module) {
  using namespace nightjar::python;
  module.attr("version") = nightjar_version();
  bind_errors();
  bind_options(module);
  bind_pictures(module);
  bind_model(module);
  bind_stream(module);
  bind_opencv(module);
}
