// From matches to precision, recall and their means.
#include <algorithm>
#include <limits>

#include "engine/eval/coco.h"

namespace nightjar {
namespace {

enum Size { all, small, medium, large };
constexpr int best_1 = 1, best_10 = 10, best_100 = 100, at_50 = 0, at_75 = 5;

// Each figure's mean over those where there is one.
double mean(const std::vector<CocoFigures>& figures, double CocoFigures::*figure) {
  double sum = 0;
  int count = 0;
  for (const CocoFigures& each : figures) {
    if (each.*figure <= -1) continue;
    sum += each.*figure;
    ++count;
  }
  return count > 0 ? sum / count : -1;
}

double mean(const CocoEvaluation::Curve& curve) {
  double sum = 0;
  for (const double value : curve) sum += value;
  return sum / static_cast<double>(curve.size());
}

}  // namespace

CocoEvaluation::Order CocoEvaluation::by_score(const Class& its) {
  Order order;
  for (const Scored& scored : its.scored) order.push_back(&scored);
  std::stable_sort(order.begin(), order.end(),
                   [](const Scored* a, const Scored* b) { return a->score > b->score; });
  return order;
}

CocoEvaluation::Outcome CocoEvaluation::accumulate(const Order& order, int iou, std::size_t size,
                                                   int most_detections, int truths) {
  Outcome outcome;
  if (truths == 0) return outcome;
  std::vector<double> precision, recall;
  double right = 0, wrong = 0;
  for (const Scored* scored : order) {
    if (scored->rank >= most_detections) continue;
    const bool matched = scored->matched[size] >> iou & 1, ignored = scored->ignored[size] >> iou & 1;
    right += matched && !ignored;
    wrong += !matched && !ignored;
    recall.push_back(right / truths);
    precision.push_back(right / (wrong + right + std::numeric_limits<double>::epsilon()));
  }
  outcome.recall = recall.empty() ? 0 : recall.back();
  for (std::size_t i = precision.size(); i-- > 1;)
    precision[i - 1] = std::max(precision[i - 1], precision[i]);
  std::size_t at = 0;
  for (int i = 0; i < recalls; ++i) {
    while (at < recall.size() && recall[at] < i * .01) ++at;
    if (at == recall.size()) break;
    outcome.precision[static_cast<std::size_t>(i)] = precision[at];
  }
  return outcome;
}

CocoFigures CocoEvaluation::figures_of(const Class& its) {
  CocoFigures figures;
  const Order order = by_score(its);
  const auto average = [&](Size size, int most_detections, double& ap, double& ar) {
    if (its.truths[size] == 0) return;
    double precision = 0, recall = 0;
    for (int iou = 0; iou < ious; ++iou) {
      const Outcome outcome = accumulate(order, iou, size, most_detections, its.truths[size]);
      precision += mean(outcome.precision);
      recall += outcome.recall;
      if (size != all || most_detections != best_100) continue;
      if (iou == at_50) figures.ap50 = mean(outcome.precision);
      if (iou == at_75) figures.ap75 = mean(outcome.precision);
    }
    ap = precision / ious;
    ar = recall / ious;
  };
  double not_told = 0;
  average(all, best_1, not_told, figures.ar1);
  average(all, best_10, not_told, figures.ar10);
  average(all, best_100, figures.ap, figures.ar100);
  average(small, best_100, figures.ap_small, figures.ar_small);
  average(medium, best_100, figures.ap_medium, figures.ar_medium);
  average(large, best_100, figures.ap_large, figures.ar_large);
  return figures;
}

CocoFigures CocoEvaluation::figures_of(int class_id) const {
  return figures_of(classes_[static_cast<std::size_t>(class_id)]);
}

CocoFigures CocoEvaluation::figures() const {
  std::vector<CocoFigures> each;
  for (const Class& its : classes_) each.push_back(figures_of(its));
  CocoFigures figures;
  for (const auto figure :
       {&CocoFigures::ap, &CocoFigures::ap50, &CocoFigures::ap75, &CocoFigures::ap_small,
        &CocoFigures::ap_medium, &CocoFigures::ap_large, &CocoFigures::ar1, &CocoFigures::ar10,
        &CocoFigures::ar100, &CocoFigures::ar_small, &CocoFigures::ar_medium, &CocoFigures::ar_large})
    figures.*figure = mean(each, figure);
  return figures;
}

int CocoEvaluation::truths_of(int class_id) const {
  return classes_[static_cast<std::size_t>(class_id)].truths[all];
}

CocoEvaluation::Curve CocoEvaluation::curve_of(int class_id, int iou) const {
  const Class& its = classes_[static_cast<std::size_t>(class_id)];
  return accumulate(by_score(its), iou, all, best_100, its.truths[all]).precision;
}

}  // namespace nightjar
