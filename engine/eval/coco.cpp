// Matching. Detections take, by falling score, the truth of their picture and class that they overlap most
// and that nobody has; truths that do not count, by their size or as crowds, only where no other fits, and
// then the detection does not count either.
#include "engine/eval/coco.h"

#include <algorithm>
#include <map>

namespace nightjar {
namespace {

constexpr std::size_t most_in_a_picture = 100;  // of a class

struct AreaRange {
  double low, high;
  bool has(double area) const { return area >= low && area <= high; }
};
constexpr AreaRange area_ranges[] = {
    {0, 1e10}, {0, 32 * 32}, {32 * 32, 96 * 96}, {96 * 96, 1e10}};  // all, small, medium, large

// Of a crowd, how much of the detection lies in it.
double overlap(const PixelBox& found, const Truth& truth) {
  const PixelBox& there = truth.pixels;
  const double width =
      std::min(found.left + found.width, there.left + there.width) - std::max(found.left, there.left);
  const double height =
      std::min(found.top + found.height, there.top + there.height) - std::max(found.top, there.top);
  if (width <= 0 || height <= 0) return 0;
  const double both = width * height, its = found.width * found.height;
  return both / (truth.crowd ? its : its + there.width * there.height - both);
}

}  // namespace

void CocoEvaluation::add(std::span<const Truth> truths, std::vector<CocoDetection> detections) {
  std::stable_sort(detections.begin(), detections.end(), [](const CocoDetection& a, const CocoDetection& b) {
    return a.class_id != b.class_id ? a.class_id < b.class_id : a.score > b.score;
  });
  std::map<int, std::vector<const Truth*>> by_class;
  for (const Truth& truth : truths) by_class[truth.class_id].push_back(&truth);
  for (std::size_t first = 0, end; first < detections.size(); first = end) {
    const int class_id = detections[first].class_id;
    for (end = first; end < detections.size() && detections[end].class_id == class_id;) ++end;
    by_class.try_emplace(class_id);
    const auto its = std::span<const CocoDetection>(detections).subspan(first, end - first);
    match(classes_[static_cast<std::size_t>(class_id)], by_class[class_id],
          its.first(std::min(its.size(), most_in_a_picture)));
    by_class.erase(class_id);
  }
  for (const auto& [class_id, its_truths] : by_class)
    match(classes_[static_cast<std::size_t>(class_id)], its_truths, {});
}

void CocoEvaluation::match(Class& its, std::span<const Truth* const> truths,
                           std::span<const CocoDetection> detections) {
  const std::size_t before = its.scored.size();
  for (const CocoDetection& detection : detections) {
    const auto rank = static_cast<std::int16_t>(its.scored.size() - before);
    its.scored.push_back({detection.score, rank, {}, {}});
  }
  const auto scored = std::span(its.scored).subspan(before);
  for (std::size_t size = 0; size < sizes; ++size) {
    const AreaRange& range = area_ranges[size];
    const auto ignored = [&](const Truth* truth) { return !truth->counts() || !range.has(truth->area); };
    std::vector<const Truth*> order(truths.begin(), truths.end());
    const auto first_ignored =
        std::stable_partition(order.begin(), order.end(), [&](const Truth* t) { return !ignored(t); });
    const Sides sides{order, static_cast<std::size_t>(first_ignored - order.begin()), detections};
    its.truths[size] += static_cast<int>(sides.counting);
    const std::vector<double> overlaps = overlaps_of(sides);
    for (int iou = 0; iou < ious; ++iou) match_at(iou, size, sides, overlaps, scored);
    for (std::size_t i = 0; i < scored.size(); ++i) {
      const PixelBox& box = detections[i].box;
      // What matched nothing and has another size is not wrong.
      if (!range.has(box.width * box.height))
        scored[i].ignored[size] |= static_cast<std::uint16_t>(~scored[i].matched[size]);
    }
  }
}

std::vector<double> CocoEvaluation::overlaps_of(const Sides& sides) {
  std::vector<double> overlaps;
  for (const CocoDetection& detection : sides.detections) {
    for (const Truth* truth : sides.truths) overlaps.push_back(overlap(detection.box, *truth));
  }
  return overlaps;
}

void CocoEvaluation::match_at(int iou, std::size_t size, const Sides& sides,
                              const std::vector<double>& overlaps, std::span<Scored> scored) {
  const std::size_t truths = sides.truths.size();
  const auto bit = static_cast<std::uint16_t>(1u << iou);
  std::vector<bool> taken(truths);
  for (std::size_t i = 0; i < scored.size(); ++i) {
    double best = std::min(.5 + iou * .05, 1 - 1e-10);
    std::size_t found = truths;
    for (std::size_t k = 0; k < truths; ++k) {
      if (taken[k] && !sides.truths[k]->crowd) continue;
      if (found < sides.counting && k >= sides.counting) break;
      const double its = overlaps[i * truths + k];
      if (its < best) continue;
      best = its;
      found = k;
    }
    if (found == truths) continue;
    taken[found] = true;
    scored[i].matched[size] |= bit;
    if (found >= sides.counting) scored[i].ignored[size] |= bit;
  }
}

}  // namespace nightjar
