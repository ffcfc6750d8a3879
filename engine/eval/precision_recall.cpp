// The arithmetic follows AlexeyAB's validate_detector_map in double, so that figures agree to the last digit.
#include "engine/eval/precision_recall.h"

#include <algorithm>

namespace nightjar {

std::vector<PrecisionRecall> precision_recall(const std::vector<bool>& hits, int truths) {
  std::vector<PrecisionRecall> curve;
  int found = 0;
  for (const bool hit : hits) {
    found += hit;
    const auto taken = static_cast<double>(curve.size() + 1);
    curve.push_back({found / taken, truths > 0 ? static_cast<double>(found) / truths : 0});
  }
  return curve;
}

double area_under(std::span<const PrecisionRecall> curve) {
  if (curve.empty()) return 0;
  double area = 0, recall = curve.back().recall, precision = curve.back().precision;
  for (std::size_t i = curve.size() - 1; i-- > 0;) {
    const double step = recall - curve[i].recall;
    recall = curve[i].recall;
    precision = std::max(precision, curve[i].precision);
    area += step * precision;
  }
  return area + recall * precision;
}

double mean_at(std::span<const PrecisionRecall> curve, int points) {
  std::vector<double> best(curve.size() + 1);  // precision from there on; 0 behind the end
  for (std::size_t i = curve.size(); i-- > 0;) best[i] = std::max(best[i + 1], curve[i].precision);
  double sum = 0;
  std::size_t at = 0;  // recall never falls
  // Not point / (points - 1): Darknet is compiled with -Ofast, which multiplies, so that of 10 steps the
  // sixth is a little above .6, and 3 of 5 do not reach it.
  const double step = 1. / (points - 1);
  for (int point = 0; point < points; ++point) {
    const double recall = point * step;
    while (at < curve.size() && curve[at].recall < recall) ++at;
    sum += best[at];
  }
  return sum / points;
}

double average_precision(std::span<const PrecisionRecall> curve, int points) {
  return points == 0 ? area_under(curve) : mean_at(curve, points);
}

}  // namespace nightjar
