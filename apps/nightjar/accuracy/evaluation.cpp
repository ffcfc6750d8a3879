#include "apps/nightjar/accuracy/evaluation.h"

#include <algorithm>
#include <utility>

namespace nightjar {
namespace {

PixelBox within(const Detection& box, PixelSize picture) {
  const double width = picture.width, height = picture.height;
  const double x = double{box.x} * width, y = double{box.y} * height, w = double{box.w} * width,
               h = double{box.h} * height;
  const double left = std::clamp(x - w / 2, 0., width), right = std::clamp(x + w / 2, 0., width);
  const double top = std::clamp(y - h / 2, 0., height), bottom = std::clamp(y + h / 2, 0., height);
  return {left, top, right - left, bottom - top};
}

std::vector<CocoDetection> detections_of(const Boxes& boxes, PixelSize picture) {
  std::vector<CocoDetection> detections;
  for (const Detection& box : boxes) {
    for (const ClassScore& score : box.classes)
      detections.push_back({score.class_id, score.probability, within(box, picture)});
  }
  return detections;
}

}  // namespace

Judged Evaluation::judge(const LabelledPicture& labelled, const Found& found) const {
  Judged judged;
  const PixelSize size = found.size();
  judged.picture = static_cast<std::size_t>(found.number - 1);
  judged.truths = labelled.truths;
  judged.other_size = labelled.width > 0 && (labelled.width != size.width || labelled.height != size.height);
  if (labelled.width == 0 || judged.other_size) place_in_pixels(judged.truths, size.width, size.height);
  judged.detections = detections_of(found.detected.boxes, size);
  for (const Detection& box : found.detected.boxes) {
    if (box.classes.front().probability >= options_.confidence) judged.boxes.push_back(box);
  }
  judged.comparison = compare(judged.boxes, judged.truths, options_.confidence, options_.iou);
  judged.mistakes = judged.comparison.mistakes(judged.boxes, judged.truths);
  return judged;
}

void Evaluation::add(Judged judged) {
  coco_.add(judged.truths, std::exchange(judged.detections, {}));
  confusion_.add(judged.boxes, judged.truths, judged.comparison);
  judged_.push_back(std::move(judged));
}

std::vector<const Judged*> Evaluation::worst_first() const {
  std::vector<const Judged*> order;
  for (const Judged& judged : judged_) order.push_back(&judged);
  std::stable_sort(order.begin(), order.end(),
                   [](const Judged* a, const Judged* b) { return a->mistakes > b->mistakes; });
  return order;
}

int Evaluation::of_other_size() const {
  return static_cast<int>(
      std::count_if(judged_.begin(), judged_.end(), [](const Judged& judged) { return judged.other_size; }));
}

}  // namespace nightjar
