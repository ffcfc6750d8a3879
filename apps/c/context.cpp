// Contexts, and raw values through them.
#include "apps/c/context.h"

#include <span>
#include <string>

#include "apps/c/boxes.h"
#include "apps/c/error.h"
#include "apps/c/model.h"

namespace nightjar::c {
namespace {

Result<void> observe(nightjar_context& context, std::span<const std::int32_t> layers) {
  for (const std::int32_t layer : layers) {
    if (context.model.keeps(layer)) continue;
    return Error{Failure::usage, "the plan does not keep the output of layer " + std::to_string(layer) +
                                     "; a model that is loaded with fuse = 0 keeps those of all layers"};
  }
  context.observed.assign(layers.begin(), layers.end());
  return {};
}

Result<void> forward(nightjar_context& context, const float* input, std::int32_t images) {
  if (!input || images < 1)
    return Error{Failure::usage, std::to_string(images) + " raw inputs; one or more are needed"};
  context.forget_values();
  const auto each = static_cast<std::size_t>(context.model.input().size());
  const auto keep = [&](const LayerValues& seen) {
    context.values[{seen.layer, seen.image}].assign(seen.values.begin(), seen.values.end());
  };
  const std::span inputs(input, each * static_cast<std::size_t>(images));
  if (auto done = context.context.forward_batch(inputs, context.observed, keep); !done) return done;
  context.images = images;
  return {};
}

// Those that nobody asked for beforehand are read when they are.
Result<const std::vector<float>*> values_of(nightjar_context& context, int layer, int image) {
  const auto seen = context.values.find({layer, image});
  if (seen != context.values.end()) return &seen->second;
  auto values = context.context.values(layer, image);
  if (!values) return values.error();
  return &(context.values[{layer, image}] = std::move(*values));
}

Result<std::unique_ptr<nightjar_detections>> boxes(nightjar_context& context, const nightjar_size* sizes,
                                                   const nightjar_detect_options* options) {
  if (!sizes) return Error{Failure::usage, "no sizes of pictures; one for each image is needed"};
  const auto choice = read_detect_options(options, usual_fit(context.model));
  if (!choice) return choice.error();
  std::vector<PictureSize> pictures;
  for (const nightjar_size& size : std::span(sizes, static_cast<std::size_t>(context.images)))
    pictures.push_back({size.width, size.height});
  const auto found = context.context.boxes(pictures, choice->options);
  if (!found) return found.error();
  return flatten(*found, pictures, choice->box_format);
}

}  // namespace
}  // namespace nightjar::c

using namespace nightjar;

nightjar_status nightjar_context_create(const nightjar_model* model, int32_t batch, int32_t threads,
                                        nightjar_context** context, nightjar_error** error) {
  return c::making(context, error, {}, [&]() -> Result<std::unique_ptr<nightjar_context>> {
    auto made = Context::create(model->model, batch, threads);
    if (!made) return made.error();
    return std::make_unique<nightjar_context>(nightjar_context{model->model, std::move(*made)});
  });
}

void nightjar_context_free(nightjar_context* context) {
  delete context;
}

nightjar_status nightjar_context_reset(nightjar_context* context, nightjar_error** error) {
  return c::guarded(error, [&] { return context->context.reset(); });
}

nightjar_status nightjar_context_forward(nightjar_context* context, const float* input, int32_t images,
                                         nightjar_error** error) {
  return c::guarded(error, [&] { return c::forward(*context, input, images); });
}

nightjar_status nightjar_context_layer(nightjar_context* context, int32_t layer, int32_t image,
                                       const float** values, nightjar_shape* shape, nightjar_error** error) {
  return c::guarded(error, [&]() -> Result<void> {
    const int number = layer == -1 ? context->model.output_layer() : layer;
    const auto found = c::values_of(*context, number, image);
    if (!found) return found.error();
    *values = (*found)->data();
    if (shape) *shape = c::shape_of(context->model.layer_output(number));
    return {};
  });
}

nightjar_status nightjar_context_observe(nightjar_context* context, const int32_t* layers, size_t count,
                                         nightjar_error** error) {
  return c::guarded(error, [&] { return c::observe(*context, {layers, count}); });
}

nightjar_status nightjar_context_boxes(nightjar_context* context, const nightjar_size* sizes,
                                       const nightjar_detect_options* options,
                                       nightjar_detections** detections, nightjar_error** error) {
  return c::making(detections, error, {}, [&] { return c::boxes(*context, sizes, options); });
}
