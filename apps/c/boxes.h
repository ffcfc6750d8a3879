// Boxes as flat arrays.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "apps/c/nightjar_c.h"
#include "engine/detect/boxes.h"
#include "engine/nightjar.h"

struct nightjar_detections {
  std::vector<std::size_t> offsets{0};
  std::vector<float> boxes, confidences, objectness;
  std::vector<std::int32_t> class_ids;
  std::vector<std::size_t> score_offsets{0};
  std::vector<std::int32_t> score_class_ids;
  std::vector<float> scores;
};

namespace nightjar::c {

struct DetectChoice {
  DetectOptions options;
  std::int32_t box_format;
};
// `usual`: of a network, what NIGHTJAR_FIT_USUAL stands for. Errors: usage.
Result<DetectChoice> read_detect_options(const nightjar_detect_options* options, Fit usual);

// Of each picture its boxes, in its size where the format asks for pixels.
std::unique_ptr<nightjar_detections> flatten(std::span<const Boxes> boxes, std::span<const PictureSize> sizes,
                                             std::int32_t box_format);

}  // namespace nightjar::c
