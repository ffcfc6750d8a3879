#include "apps/python/src/detections.h"

#include "apps/python/src/arrays.h"
#include "apps/python/src/bind.h"

namespace nightjar::python {

namespace nb = nanobind;

nb::list arrays_of(const nightjar_detections* detections, nb::handle owner) {
  const std::size_t* offsets = nightjar_detections_offsets(detections);
  const float* boxes = nightjar_detections_boxes(detections);
  const float* confidences = nightjar_detections_confidences(detections);
  const std::int32_t* class_ids = nightjar_detections_class_ids(detections);
  nb::list all;
  for (std::size_t i = 0; i < nightjar_detections_pictures(detections); ++i) {
    const std::size_t first = offsets[i], count = offsets[i + 1] - first;
    all.append(nb::make_tuple(array(boxes + 4 * first, {count, 4}, owner),
                              array(confidences + first, {count}, owner),
                              array(class_ids + first, {count}, owner)));
  }
  return all;
}

nb::list arrays_of(DetectionsHandle detections) {
  const nightjar_detections* there = detections.get();
  return arrays_of(there, owner_of(std::move(detections)));
}

}  // namespace nightjar::python
