// Arrays of Python's as pictures of the C interface, read where they lie.
#pragma once

#include <nanobind/nanobind.h>

#include <cstddef>
#include <span>
#include <vector>

#include "apps/c/nightjar_c.h"

namespace nightjar::python {

// What an object lends of its memory by the buffer protocol, which knows strides and read-only memory.
class Borrowed {
 public:
  explicit Borrowed(nanobind::handle object);
  Borrowed(Borrowed&& other) noexcept;
  Borrowed& operator=(Borrowed&&) = delete;
  ~Borrowed();
  const Py_buffer& view() const { return view_; }

 private:
  Py_buffer view_;
};

struct Layout {
  int order;    // NIGHTJAR_RGB or NIGHTJAR_BGR
  bool planar;  // (channels, height, width); else (height, width, channels), or (height, width)
};

// Pictures that are in memory, borrowed for as long as it lives. Its destructor needs the GIL.
class Pictures {
 public:
  // `channels`: the network's. Refuses what is no picture for it, saying which of the list.
  Pictures(const nanobind::list& arrays, Layout layout, int channels);
  const std::vector<nightjar_picture>& all() const { return pictures_; }

 private:
  std::vector<Borrowed> memory_;
  std::vector<nightjar_picture> pictures_;
};

}  // namespace nightjar::python
