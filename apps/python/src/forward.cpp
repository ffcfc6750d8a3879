// Raw runs: a blob in, the values of layers out.
#include <algorithm>
#include <memory>
#include <utility>

#include "apps/python/src/arrays.h"
#include "apps/python/src/error.h"
#include "apps/python/src/model.h"

namespace nightjar::python {

namespace nb = nanobind;

namespace {

// One layer's values of all images of a run.
struct LayerValues {
  nightjar_shape shape;
  std::unique_ptr<float[]> values;
};

int images_of(const Py_buffer& view, const nightjar_shape& input) {
  const bool fits = view.ndim == 4 && std::string(view.format) == "f" && view.shape[0] >= 1 &&
                    view.shape[1] == input.channels && view.shape[2] == input.height &&
                    view.shape[3] == input.width && PyBuffer_IsContiguous(&view, 'C');
  if (!fits)
    refuse("the network's input is float32 of the shape (images, " + std::to_string(input.channels) + ", " +
           std::to_string(input.height) + ", " + std::to_string(input.width) + "), C-contiguous");
  return static_cast<int>(view.shape[0]);
}

// Copies them: the context's memory is the next run's.
LayerValues values_of(nightjar_context* context, int layer, int images) {
  LayerValues all = {};
  for (int i = 0; i < images; ++i) {
    const float* values = nullptr;
    call(nightjar_context_layer, context, layer, i, &values, &all.shape);
    const std::size_t size = std::size_t(all.shape.channels) * all.shape.height * all.shape.width;
    if (i == 0) all.values = std::make_unique<float[]>(size * images);
    std::copy_n(values, size, all.values.get() + size * i);
  }
  return all;
}

nb::object array_of(LayerValues layer, int images) {
  float* values = layer.values.get();
  return array(values,
               {std::size_t(images), std::size_t(layer.shape.channels), std::size_t(layer.shape.height),
                std::size_t(layer.shape.width)},
               owner_of(std::move(layer.values)));
}

std::vector<LayerValues> run(nightjar_context* context, const float* input, int images,
                             const std::vector<std::int32_t>& layers) {
  call(nightjar_context_forward, context, input, images);
  std::vector<LayerValues> found;
  for (const int layer : layers) found.push_back(values_of(context, layer, images));
  return found;
}

// Of a model that keeps every layer's own output all may be asked for; of others the heads and the last
// layer.
void observe(nightjar_context* context, bool every, const std::vector<std::int32_t>& layers) {
  if (every) call(nightjar_context_observe, context, layers.data(), layers.size());
}

}  // namespace

nb::list Model::forward(nb::handle images, const std::vector<std::int32_t>& layers) {
  const Borrowed input(images);
  const int count = images_of(input.view(), info_.input);
  std::vector<LayerValues> found;
  {
    nb::gil_scoped_release released;
    ContextHandle context = contexts_.take(get(), count);
    // Each call by itself, also where the network remembers.
    if (info_.has_state) call(nightjar_context_reset, context.get());
    observe(context.get(), every_layer_, layers);
    found = run(context.get(), static_cast<const float*>(input.view().buf), count, layers);
    contexts_.give_back(count, std::move(context));
  }
  nb::list arrays;
  for (LayerValues& layer : found) arrays.append(array_of(std::move(layer), count));
  return arrays;
}

}  // namespace nightjar::python
