#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <memory>

#include "apps/python/src/arrays.h"
#include "apps/python/src/bind.h"
#include "apps/python/src/opencv/regions.h"
#include "apps/python/src/opencv/resize.h"
#include "apps/python/src/opencv/suppression.h"

namespace nightjar::python {

namespace nb = nanobind;

namespace {

template <class T, class... Shape>
using In = nb::ndarray<const T, nb::c_contig, nb::device::cpu, Shape...>;

// (height, width, channels) -> (new_height, new_width, channels)
template <class T>
nb::object resized(In<T, nb::ndim<3>> image, int width, int height, double x_factor, double y_factor) {
  auto pixels = std::make_unique<Pixels<T>>();
  {
    nb::gil_scoped_release released;
    *pixels = resize(image.data(), static_cast<int>(image.shape(1)), static_cast<int>(image.shape(0)),
                     static_cast<int>(image.shape(2)), width, height, x_factor, y_factor);
  }
  T* values = pixels->values.data();
  return array(values, {std::size_t(height), std::size_t(width), image.shape(2)},
               owner_of(std::move(pixels)));
}

// One image of a blob: planes[c] = (image's channel - mean[c]) * scale[c], channels reversed first if `swap`.
template <class T>
void fill_planes(In<T, nb::ndim<3>> image, nb::ndarray<float, nb::ndim<3>, nb::c_contig> planes,
                 const std::vector<float>& mean, const std::vector<float>& scale, bool swap) {
  const std::size_t channels = image.shape(2), pixels = image.shape(0) * image.shape(1);
  nb::gil_scoped_release released;
  for (std::size_t c = 0; c < channels; ++c) {
    const T* from = image.data() + (swap && c < 3 ? 2 - c : c);
    float* to = planes.data() + c * pixels;
    for (std::size_t i = 0; i < pixels; ++i)
      to[i] = (static_cast<float>(from[i * channels]) - mean[c]) * scale[c];
  }
}

// (images, slots * (5 + classes), rows, columns) -> (images, rows * columns * slots, 5 + classes)
nb::object rows_of(In<float, nb::ndim<4>> values, int slots, int classes, std::vector<float> anchors,
                   float unit_width, float unit_height, bool new_coords, bool class_fix, float threshold,
                   float nms_threshold) {
  const RegionGrid grid{static_cast<int>(values.shape(2)),
                        static_cast<int>(values.shape(3)),
                        slots,
                        classes,
                        std::move(anchors),
                        unit_width,
                        unit_height,
                        new_coords,
                        class_fix,
                        threshold,
                        nms_threshold};
  const std::size_t images = values.shape(0), size = values.shape(1) * values.shape(2) * values.shape(3);
  auto out = std::make_unique<float[]>(images * size);
  {
    nb::gil_scoped_release released;
    for (std::size_t i = 0; i < images; ++i)
      region_rows(grid, values.data() + i * size, out.get() + i * size);
  }
  float* data = out.get();
  const std::size_t width = 5 + classes;
  return array(data, {images, size / width, width}, owner_of(std::move(out)));
}

std::vector<int> kept(In<double, nb::shape<-1, 4>> boxes, std::vector<float> scores, float score_threshold,
                      float nms_threshold, float eta, int top_k) {
  std::vector<Box<double>> all(boxes.shape(0));
  const double* side = boxes.data();
  for (Box<double>& box : all) box = {*side++, *side++, *side++, *side++};
  return suppress(all, scores, {score_threshold, nms_threshold, eta, top_k});
}

}  // namespace

void bind_opencv(nb::module_& module) {
  module.def("resize", resized<std::uint8_t>, nb::arg("image"), nb::arg("width"), nb::arg("height"),
             nb::arg("x_factor"), nb::arg("y_factor"));
  module.def("resize", resized<float>, nb::arg("image"), nb::arg("width"), nb::arg("height"),
             nb::arg("x_factor"), nb::arg("y_factor"));
  module.def("fill_planes", fill_planes<std::uint8_t>, nb::arg("image"), nb::arg("planes"), nb::arg("mean"),
             nb::arg("scale"), nb::arg("swap"));
  module.def("fill_planes", fill_planes<float>, nb::arg("image"), nb::arg("planes"), nb::arg("mean"),
             nb::arg("scale"), nb::arg("swap"));
  module.def("region_rows", rows_of, nb::arg("values"), nb::arg("slots"), nb::arg("classes"),
             nb::arg("anchors"), nb::arg("unit_width"), nb::arg("unit_height"), nb::arg("new_coords"),
             nb::arg("class_fix"), nb::arg("threshold"), nb::arg("nms_threshold"));
  module.def("suppress", kept, nb::arg("boxes"), nb::arg("scores"), nb::arg("score_threshold"),
             nb::arg("nms_threshold"), nb::arg("eta"), nb::arg("top_k"));
}

}  // namespace nightjar::python
