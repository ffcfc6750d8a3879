// Memory of nightjar's as NumPy arrays that keep it alive.
#pragma once

#include <nanobind/ndarray.h>

#include <initializer_list>
#include <utility>

namespace nightjar::python {

// A Python object that frees `handle`, a unique_ptr, when nobody needs it any more.
template <class Handle>
nanobind::capsule owner_of(Handle handle) {
  const auto free = [](void* memory) noexcept {
    Handle(static_cast<typename Handle::pointer>(memory));  // its destructor frees
  };
  return nanobind::capsule(handle.release(), free);
}

// No copy: `data` belongs to `owner`.
template <class T>
nanobind::object array(T* data, std::initializer_list<std::size_t> shape, nanobind::handle owner) {
  return nanobind::cast(nanobind::ndarray<nanobind::numpy, T>(data, shape, owner));
}

}  // namespace nightjar::python
