// Errors of the C interface on their way to Python: thrown here, and translated to the exceptions of
// nightjar_darknet/errors.py.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "apps/python/src/handle.h"

namespace nightjar::python {

struct Failed {
  int status;
  std::string message;
  std::string file;       // empty: about no file
  std::int64_t line = 0;  // 0: none

  static Failed of(const nightjar_error* error);
};

// Wrong use of this package, as text for a person.
[[noreturn]] void refuse(std::string message);

// Calls function(arguments..., &error), which returns a status, and throws what it failed with.
template <class Function, class... Arguments>
void call(Function function, Arguments&&... arguments) {
  nightjar_error* error = nullptr;
  const nightjar_status status = function(std::forward<Arguments>(arguments)..., &error);
  const ErrorHandle owner(error);
  if (status != NIGHTJAR_OK) throw Failed::of(error);
}

// The same for functions whose last result is a handle.
template <class Handle, class Function, class... Arguments>
Handle make(Function function, Arguments&&... arguments) {
  typename Handle::pointer made = nullptr;
  call(function, std::forward<Arguments>(arguments)..., &made);
  return Handle(made);
}

}  // namespace nightjar::python
