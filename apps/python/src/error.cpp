#include "apps/python/src/error.h"

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include "apps/python/src/bind.h"

namespace nightjar::python {

namespace nb = nanobind;

Failed Failed::of(const nightjar_error* error) {
  if (!error) return {NIGHTJAR_INTERNAL, "no memory is left for saying what went wrong", {}, 0};
  const char* file = nightjar_error_file(error);
  return {nightjar_error_status(error), nightjar_error_message(error), file ? file : "",
          nightjar_error_line(error)};
}

void refuse(std::string message) {
  throw Failed{NIGHTJAR_USAGE, std::move(message), {}, 0};
}

namespace {

// Names of files may be no text; they become what os.fsdecode() makes of them.
nb::object text_of(const std::string& text) {
  return nb::steal(PyUnicode_DecodeFSDefault(text.c_str()));
}

}  // namespace

nb::object exception_of(const Failed& failed) {
  const nb::object file = failed.file.empty() ? nb::none() : text_of(failed.file);
  const nb::object line = failed.line == 0 ? nb::none() : nb::object(nb::int_(failed.line));
  return nb::module_::import_("nightjar_darknet.errors")
      .attr("error_of")(failed.status, text_of(failed.message), file, line);
}

void bind_errors() {
  nb::register_exception_translator([](const std::exception_ptr& thrown, void*) {
    try {
      std::rethrow_exception(thrown);
    } catch (const Failed& failed) {
      const nb::object exception = exception_of(failed);
      PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception.ptr())), exception.ptr());
    }
  });
}

}  // namespace nightjar::python
