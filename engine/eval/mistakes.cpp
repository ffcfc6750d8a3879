#include "engine/eval/mistakes.h"

#include <algorithm>

#include "engine/detect/nms.h"

namespace nightjar {
namespace {

struct Overlap {
  float iou;
  Pair pair;
};

int best_class(const Boxes& boxes, int box) {
  return boxes[static_cast<std::size_t>(box)].classes.front().class_id;
}

std::vector<Overlap> overlaps_of(const Boxes& boxes, std::span<const Truth> truths, float confidence,
                                 float least) {
  std::vector<Overlap> overlaps;
  for (int i = 0; i < static_cast<int>(boxes.size()); ++i) {
    const Detection& box = boxes[static_cast<std::size_t>(i)];
    if (box.classes.front().probability < confidence) continue;
    for (int k = 0; k < static_cast<int>(truths.size()); ++k) {
      const float its = iou(box, box_of(truths[static_cast<std::size_t>(k)]));
      if (its > least) overlaps.push_back({its, {i, k}});
    }
  }
  std::stable_sort(overlaps.begin(), overlaps.end(),
                   [](const Overlap& a, const Overlap& b) { return a.iou > b.iou; });
  return overlaps;
}

}  // namespace

Comparison compare(const Boxes& boxes, std::span<const Truth> truths, float confidence, float iou) {
  Comparison result;
  std::vector<bool> used(boxes.size()), found(truths.size()), excused(boxes.size());
  for (const Overlap& overlap : overlaps_of(boxes, truths, confidence, iou)) {
    const auto box = static_cast<std::size_t>(overlap.pair.box),
               truth = static_cast<std::size_t>(overlap.pair.truth);
    if (!truths[truth].counts()) {
      excused[box] = true;
      continue;
    }
    if (used[box] || found[truth]) continue;
    used[box] = found[truth] = true;
    result.pairs.push_back(overlap.pair);
  }
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    if (boxes[i].classes.front().probability >= confidence && !used[i] && !excused[i])
      result.made_up.push_back(static_cast<int>(i));
  }
  for (std::size_t i = 0; i < truths.size(); ++i) {
    if (truths[i].counts() && !found[i]) result.missed.push_back(static_cast<int>(i));
  }
  return result;
}

int Comparison::mistakes(const Boxes& boxes, std::span<const Truth> truths) const {
  const auto mistaken = std::count_if(pairs.begin(), pairs.end(), [&](const Pair& pair) {
    return best_class(boxes, pair.box) != truths[static_cast<std::size_t>(pair.truth)].class_id;
  });
  return static_cast<int>(mistaken) + static_cast<int>(made_up.size() + missed.size());
}

ConfusionMatrix::ConfusionMatrix(int classes)
    : classes_(classes),
      cells_(static_cast<std::size_t>(classes + 1) * static_cast<std::size_t>(classes + 1)) {}

std::size_t ConfusionMatrix::place(int found, int there) const {
  return static_cast<std::size_t>(found) * static_cast<std::size_t>(classes_ + 1) +
         static_cast<std::size_t>(there);
}

void ConfusionMatrix::add(const Boxes& boxes, std::span<const Truth> truths, const Comparison& comparison) {
  const auto class_of = [&](int truth) { return truths[static_cast<std::size_t>(truth)].class_id; };
  for (const Pair& pair : comparison.pairs)
    ++cells_[place(best_class(boxes, pair.box), class_of(pair.truth))];
  for (const int box : comparison.made_up) ++cells_[place(best_class(boxes, box), classes_)];
  for (const int truth : comparison.missed) ++cells_[place(classes_, class_of(truth))];
}

int ConfusionMatrix::found_as(int found) const {
  int sum = 0;
  for (int there = 0; there <= classes_; ++there) sum += at(found, there);
  return sum;
}

int ConfusionMatrix::there_are(int there) const {
  int sum = 0;
  for (int found = 0; found <= classes_; ++found) sum += at(found, there);
  return sum;
}

}  // namespace nightjar
