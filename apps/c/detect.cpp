// Pictures in, boxes or classes out: of a model, and of a context.
#include "apps/c/boxes.h"
#include "apps/c/context.h"
#include "apps/c/error.h"
#include "apps/c/model.h"
#include "apps/c/picture.h"
#include "apps/c/scores.h"

namespace nightjar::c {
namespace {

std::vector<PictureSize> sizes_of(std::span<const PictureView> pictures) {
  std::vector<PictureSize> sizes;
  for (const PictureView& picture : pictures) sizes.push_back({picture.width, picture.height});
  return sizes;
}

// find(pictures, options) is a model's or a context's.
template <class Detect>
Result<std::unique_ptr<nightjar_detections>> detect(const Model& model, const nightjar_picture* pictures,
                                                    std::size_t count, const nightjar_detect_options* options,
                                                    Detect find) {
  const auto views = views_of(pictures, count);
  if (!views) return views.error();
  const auto choice = read_detect_options(options, usual_fit(model));
  if (!choice) return choice.error();
  const auto boxes = find(*views, choice->options);
  if (!boxes) return boxes.error();
  return flatten(*boxes, sizes_of(*views), choice->box_format);
}

template <class Classify>
Result<std::unique_ptr<nightjar_scores>> classify(const Model& model, const nightjar_picture* pictures,
                                                  std::size_t count, const nightjar_classify_options* options,
                                                  Classify find) {
  const auto views = views_of(pictures, count);
  if (!views) return views.error();
  const auto choice = read_classify_options(options);
  if (!choice) return choice.error();
  const auto scores = find(*views, *choice);
  if (!scores) return scores.error();
  return flatten(*scores, static_cast<std::size_t>(model.output().size()));
}

using Views = std::vector<PictureView>;

}  // namespace
}  // namespace nightjar::c

using namespace nightjar;

nightjar_status nightjar_model_detect(const nightjar_model* model, const nightjar_picture* pictures,
                                      size_t count, int32_t batch, const nightjar_detect_options* options,
                                      nightjar_detections** detections, nightjar_error** error) {
  return c::making(detections, error, {}, [&] {
    return c::detect(model->model, pictures, count, options,
                     [&](const c::Views& views, const DetectOptions& choice) {
                       return model->model.detect(views, choice, batch);
                     });
  });
}

nightjar_status nightjar_context_detect(nightjar_context* context, const nightjar_picture* pictures,
                                        size_t count, const nightjar_detect_options* options,
                                        nightjar_detections** detections, nightjar_error** error) {
  return c::making(detections, error, {}, [&] {
    context->forget_values();
    return c::detect(context->model, pictures, count, options,
                     [&](const c::Views& views, const DetectOptions& choice) {
                       return context->context.detect(views, choice);
                     });
  });
}

nightjar_status nightjar_model_classify(const nightjar_model* model, const nightjar_picture* pictures,
                                        size_t count, int32_t batch, const nightjar_classify_options* options,
                                        nightjar_scores** scores, nightjar_error** error) {
  return c::making(scores, error, {}, [&] {
    return c::classify(model->model, pictures, count, options,
                       [&](const c::Views& views, const ClassifyOptions& choice) {
                         return model->model.classify(views, choice, batch);
                       });
  });
}

nightjar_status nightjar_context_classify(nightjar_context* context, const nightjar_picture* pictures,
                                          size_t count, const nightjar_classify_options* options,
                                          nightjar_scores** scores, nightjar_error** error) {
  return c::making(scores, error, {}, [&] {
    context->forget_values();
    return c::classify(context->model, pictures, count, options,
                       [&](const c::Views& views, const ClassifyOptions& choice) {
                         return context->context.classify(views, choice);
                       });
  });
}
