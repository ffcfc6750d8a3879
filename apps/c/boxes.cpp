#include "apps/c/boxes.h"

#include <string>

#include "apps/c/error.h"
#include "apps/c/options.h"
#include "apps/c/picture.h"
#include "engine/detect/nms.h"

namespace nightjar::c {
namespace {

nightjar_detect_options detect_defaults() {
  const DetectOptions usual;
  nightjar_detect_options options{};
  options.struct_size = sizeof options;
  options.threshold = usual.threshold;
  options.nms = usual.nms;
  options.hierarchy = usual.hierarchy;
  return options;
}

void add_box(const Detection& box, PictureSize size, std::int32_t format, std::vector<float>& to) {
  const bool relative = format == NIGHTJAR_XYXY_RELATIVE || format == NIGHTJAR_CXCYWH_RELATIVE;
  const float width = relative ? 1 : static_cast<float>(size.width);
  const float height = relative ? 1 : static_cast<float>(size.height);
  if (format == NIGHTJAR_CXCYWH || format == NIGHTJAR_CXCYWH_RELATIVE) {
    to.insert(to.end(), {box.x * width, box.y * height, box.w * width, box.h * height});
  } else {
    to.insert(to.end(), {(box.x - box.w / 2) * width, (box.y - box.h / 2) * height,
                         (box.x + box.w / 2) * width, (box.y + box.h / 2) * height});
  }
}

void add(const Detection& box, PictureSize size, std::int32_t format, nightjar_detections& to) {
  add_box(box, size, format, to.boxes);
  const bool sure = !box.classes.empty();
  to.confidences.push_back(sure ? box.classes.front().probability : 0);
  to.class_ids.push_back(sure ? box.classes.front().class_id : -1);
  to.objectness.push_back(box.objectness);
  for (const ClassScore& score : box.classes) {
    to.score_class_ids.push_back(score.class_id);
    to.scores.push_back(score.probability);
  }
  to.score_offsets.push_back(to.scores.size());
}

// Boxes of one class, each with its number in place of an objectness, which a float can count exactly up to
// here.
constexpr std::size_t most_to_suppress = std::size_t{1} << 24;

Boxes numbered(const float* boxes, const float* confidences, std::size_t count) {
  Boxes made;
  for (std::size_t i = 0; i < count; ++i) {
    if (!(confidences[i] > 0)) continue;
    const float* box = boxes + 4 * i;
    made.push_back({box[0], box[1], box[2], box[3], static_cast<float>(i), {{0, confidences[i]}}});
  }
  return made;
}

}  // namespace

Result<DetectChoice> read_detect_options(const nightjar_detect_options* given, Fit usual) {
  const auto options = read_options(given, detect_defaults());
  if (!options) return options.error();
  const auto fit = fit_of(options->fit, usual);
  if (!fit) return fit.error();
  if (options->box_format < NIGHTJAR_XYXY || options->box_format > NIGHTJAR_CXCYWH_RELATIVE)
    return Error{Failure::usage, "box_format is " + std::to_string(options->box_format) +
                                     ", which is none of those that nightjar_c.h names"};
  DetectOptions chosen;
  chosen.threshold = options->threshold;
  chosen.nms = options->nms;
  chosen.hierarchy = options->hierarchy;
  chosen.fit = *fit;
  chosen.alexeyab = options->fork != NIGHTJAR_PJREDDIE;
  if (options->classes) chosen.classes = {options->classes, options->classes + options->class_count};
  chosen.agnostic_nms = options->agnostic_nms != 0;
  chosen.max_detections = options->max_detections;
  chosen.darknet_order = options->darknet_order != 0;
  chosen.by_objectness = options->by_objectness != 0;
  chosen.every_object = options->every_object != 0;
  return DetectChoice{std::move(chosen), options->box_format};
}

std::unique_ptr<nightjar_detections> flatten(std::span<const Boxes> boxes, std::span<const PictureSize> sizes,
                                             std::int32_t box_format) {
  auto flat = std::make_unique<nightjar_detections>();
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    for (const Detection& box : boxes[i]) add(box, sizes[i], box_format, *flat);
    flat->offsets.push_back(flat->confidences.size());
  }
  return flat;
}

}  // namespace nightjar::c

using namespace nightjar;

void nightjar_detect_options_init_sized(nightjar_detect_options* options, size_t struct_size) {
  c::write_options(c::detect_defaults(), options, struct_size);
}

size_t nightjar_detections_pictures(const nightjar_detections* detections) {
  return detections->offsets.size() - 1;
}
size_t nightjar_detections_count(const nightjar_detections* detections) {
  return detections->confidences.size();
}
const size_t* nightjar_detections_offsets(const nightjar_detections* detections) {
  return detections->offsets.data();
}
const float* nightjar_detections_boxes(const nightjar_detections* detections) {
  return detections->boxes.data();
}
const float* nightjar_detections_confidences(const nightjar_detections* detections) {
  return detections->confidences.data();
}
const int32_t* nightjar_detections_class_ids(const nightjar_detections* detections) {
  return detections->class_ids.data();
}
const float* nightjar_detections_objectness(const nightjar_detections* detections) {
  return detections->objectness.data();
}
const size_t* nightjar_detections_score_offsets(const nightjar_detections* detections) {
  return detections->score_offsets.data();
}
const int32_t* nightjar_detections_score_class_ids(const nightjar_detections* detections) {
  return detections->score_class_ids.data();
}
const float* nightjar_detections_scores(const nightjar_detections* detections) {
  return detections->scores.data();
}
void nightjar_detections_free(nightjar_detections* detections) {
  delete detections;
}

nightjar_status nightjar_suppress(const float* boxes, const float* confidences, size_t count, float threshold,
                                  uint8_t* keep, nightjar_error** error) {
  return c::guarded(error, [&]() -> Result<void> {
    if (count == 0) return {};
    if (!boxes || !confidences || !keep)
      return Error{Failure::usage, "boxes, confidences and room for the answer are needed"};
    if (count > c::most_to_suppress)
      return Error{Failure::too_large, std::to_string(count) + " boxes; at most " +
                                           std::to_string(c::most_to_suppress) + " are suppressed at once"};
    Boxes kept = c::numbered(boxes, confidences, count);
    suppress(kept, Nms::sort, 0, threshold);
    std::fill_n(keep, count, std::uint8_t{0});
    for (const Detection& box : kept) keep[static_cast<std::size_t>(box.objectness)] = 1;
    return {};
  });
}
