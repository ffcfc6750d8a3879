#include "apps/python/src/picture.h"

#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>

#include <string>
#include <utility>

#include "apps/python/src/arrays.h"
#include "apps/python/src/bind.h"
#include "apps/python/src/options.h"

namespace nightjar::python {

namespace nb = nanobind;

Borrowed::Borrowed(nb::handle object) {
  if (PyObject_GetBuffer(object.ptr(), &view_, PyBUF_STRIDES | PyBUF_FORMAT) != 0) throw nb::python_error();
}

Borrowed::Borrowed(Borrowed&& other) noexcept : view_(std::exchange(other.view_, {})) {}

Borrowed::~Borrowed() {
  PyBuffer_Release(&view_);
}

namespace {

std::string words_of(const Py_buffer& view) {
  std::string words = "(";
  for (int i = 0; i < view.ndim; ++i) words += (i ? ", " : "") + std::to_string(view.shape[i]);
  return words + ") of format \"" + view.format + "\"";
}

int element_of(const Py_buffer& view) {
  const std::string format = view.format;
  if (format == "B") return NIGHTJAR_U8;
  if (format == "f") return NIGHTJAR_FLOAT;
  refuse("a picture has the shape " + words_of(view) +
         "; elements of type uint8, or float32 in 0..1, are known");
}

// The axes of a view: its rows, columns and channels, the last one -1 where there is none.
struct Axes {
  int row, column, channel;
};

Axes axes_of(const Py_buffer& view, bool planar) {
  if (view.ndim == 2) return {0, 1, -1};
  if (view.ndim == 3) return planar ? Axes{1, 2, 0} : Axes{0, 1, 2};
  refuse("a picture has the shape " + words_of(view) + "; (height, width, channels) is what a picture has");
}

nightjar_picture picture_of(const Py_buffer& view, Layout layout, int channels) {
  const Axes axes = axes_of(view, layout.planar);
  const Py_ssize_t there = axes.channel < 0 ? 1 : view.shape[axes.channel];
  // Of RGBA the fourth is not read.
  if (there != channels && !(there == 4 && channels == 3))
    refuse("a picture has the shape " + words_of(view) + "; the network takes " + std::to_string(channels) +
           " channels, " + (layout.planar ? "the first" : "the last") + " axis");
  nightjar_picture picture = {};
  picture.pixels = view.buf;
  picture.width = static_cast<std::int32_t>(view.shape[axes.column]);
  picture.height = static_cast<std::int32_t>(view.shape[axes.row]);
  picture.channels = channels;
  picture.element = element_of(view);
  picture.order = layout.order;
  picture.row_stride = view.strides[axes.row];
  picture.column_stride = view.strides[axes.column];
  picture.channel_stride = axes.channel < 0 ? view.itemsize : view.strides[axes.channel];
  return picture;
}

// The pixels of a decoded picture, (height, width, channels).
nb::object decode(nb::handle source, int channels, bool upright) {
  const Source from = source_of(source);
  nightjar_decode_options options;
  nightjar_decode_options_init(&options);
  options.channels = channels;
  options.upright = upright;
  const nightjar_source encoded = from.get();
  nb::gil_scoped_release released;
  auto image = make<ImageHandle>(nightjar_image_decode, &encoded, &options);
  const nightjar_picture& picture = *nightjar_image_picture(image.get());
  const auto* pixels = static_cast<const std::uint8_t*>(picture.pixels);
  nb::gil_scoped_acquire acquired;
  return array(pixels,
               {std::size_t(picture.height), std::size_t(picture.width), std::size_t(picture.channels)},
               owner_of(std::move(image)));
}

// The network's input for a picture, (channels, height, width).
nb::object fit(const nb::list& arrays, int order, bool planar, int channels, int how, int width, int height) {
  const Pictures pictures(arrays, {order, planar}, channels);
  auto values = std::make_unique<float[]>(std::size_t(channels) * height * width);
  {
    nb::gil_scoped_release released;
    call(nightjar_picture_fit, pictures.all().data(), how, width, height, values.get());
  }
  float* data = values.get();
  return array(data, {std::size_t(channels), std::size_t(height), std::size_t(width)},
               owner_of(std::move(values)));
}

}  // namespace

Pictures::Pictures(const nb::list& arrays, Layout layout, int channels) {
  for (const nb::handle item : arrays) {
    memory_.emplace_back(item);
    pictures_.push_back(picture_of(memory_.back().view(), layout, channels));
  }
}

void bind_pictures(nb::module_& module) {
  module.def("decode", decode, nb::arg("source").none(), nb::arg("channels"), nb::arg("upright"));
  module.def("fit", fit, nb::arg("arrays"), nb::arg("order"), nb::arg("planar"), nb::arg("channels"),
             nb::arg("how"), nb::arg("width"), nb::arg("height"));
}

}  // namespace nightjar::python
