#include "engine/eval/darknet_map.h"

#include <algorithm>

#include "engine/detect/nms.h"
#include "engine/eval/precision_recall.h"

namespace nightjar {
namespace {

float overlap(const Detection& box, const Truth& truth) {
  return iou(box, box_of(truth));
}

// By class number, as Darknet goes through them.
std::vector<ClassScore> by_number(const Detection& box) {
  std::vector<ClassScore> scores = box.classes;
  std::sort(scores.begin(), scores.end(),
            [](const ClassScore& a, const ClassScore& b) { return a.class_id < b.class_id; });
  return scores;
}

float share(int part, int rest) {
  return part + rest > 0 ? static_cast<float>(part) / (static_cast<float>(part) + static_cast<float>(rest))
                         : 0;
}

}  // namespace

DarknetMap::DarknetMap(int classes, const DarknetMapOptions& options)
    : options_(options), classes_(static_cast<std::size_t>(classes)) {}

DarknetMap::Match DarknetMap::best_match(const Detection& box, int class_id,
                                         std::span<const Truth> truths) const {
  Match best;
  for (std::size_t i = 0; i < truths.size(); ++i) {
    if (!truths[i].counts() || truths[i].class_id != class_id) continue;
    const float its = overlap(box, truths[i]);
    if (its > options_.iou && its > best.iou) best = {static_cast<int>(i), its};
  }
  return best;
}

bool DarknetMap::overlaps_difficult(const Detection& box, int class_id, std::span<const Truth> truths) const {
  return std::any_of(truths.begin(), truths.end(), [&](const Truth& truth) {
    return !truth.counts() && truth.class_id == class_id && overlap(box, truth) > options_.iou;
  });
}

// A truth counts as found for the first detection that matches it in the order of the boxes, be its own
// probability below the confidence: then a later one above it is wrong.
void DarknetMap::count(const Scored& scored, float iou, std::size_t first_of_picture) {
  DarknetClassFigures& its_class = classes_[static_cast<std::size_t>(scored.class_id)];
  const auto first = scored_.begin() + static_cast<std::ptrdiff_t>(first_of_picture);
  const bool again =
      std::any_of(first, scored_.end(), [&](const Scored& earlier) { return earlier.truth == scored.truth; });
  if (scored.truth >= 0 && !again) {
    iou_sum_ += iou;
    ++found_, ++its_class.found;
  } else {
    ++wrong_, ++its_class.wrong;
  }
}

void DarknetMap::add(std::span<const Truth> truths, const Boxes& boxes) {
  for (const Truth& truth : truths) {
    if (!truth.counts()) continue;
    ++truths_, ++classes_[static_cast<std::size_t>(truth.class_id)].truths;
  }
  const std::size_t first_of_picture = scored_.size();
  for (const Detection& box : boxes) {
    for (const ClassScore& score : by_number(box)) {
      const Match match = best_match(box, score.class_id, truths);
      const Scored scored{score.class_id, score.probability, match.truth < 0 ? -1 : labels_ + match.truth};
      if (score.probability > options_.confidence) count(scored, match.iou, first_of_picture);
      // What lies on a difficult object is left out of the curve, and of nothing else.
      if (match.truth < 0 && overlaps_difficult(box, score.class_id, truths)) continue;
      scored_.push_back(scored);
    }
  }
  labels_ += static_cast<int>(truths.size());
}

DarknetFigures DarknetMap::figures() const {
  std::vector<const Scored*> by_probability;
  for (const Scored& scored : scored_) by_probability.push_back(&scored);
  std::stable_sort(by_probability.begin(), by_probability.end(),
                   [](const Scored* a, const Scored* b) { return a->probability > b->probability; });
  std::vector<std::vector<bool>> hits(classes_.size());
  std::vector<bool> taken(static_cast<std::size_t>(labels_));
  for (const Scored* scored : by_probability) {
    const bool hit = scored->truth >= 0 && !taken[static_cast<std::size_t>(scored->truth)];
    if (hit) taken[static_cast<std::size_t>(scored->truth)] = true;
    hits[static_cast<std::size_t>(scored->class_id)].push_back(hit);
  }
  DarknetFigures all{.classes = classes_,
                     .detections = static_cast<int>(scored_.size()),
                     .truths = truths_,
                     .found = found_,
                     .wrong = wrong_,
                     .missed = truths_ - found_};
  double sum = 0;
  for (std::size_t i = 0; i < classes_.size(); ++i) {
    const auto curve = precision_recall(hits[i], classes_[i].truths);
    all.classes[i].average_precision = average_precision(curve, options_.points);
    sum += all.classes[i].average_precision;
  }
  all.mean_average_precision = classes_.empty() ? 0 : sum / static_cast<double>(classes_.size());
  all.precision = share(found_, wrong_);
  all.recall = share(found_, all.missed);
  if (found_ > 0) all.f1 = 2 * all.precision * all.recall / (all.precision + all.recall);
  if (found_ + wrong_ > 0) all.mean_iou = iou_sum_ / static_cast<float>(found_ + wrong_);
  return all;
}

}  // namespace nightjar
