// Average precision of one class, by the definitions that Darknet offers (detector map -points).
#pragma once

#include <span>
#include <vector>

namespace nightjar {

// After so many detections, the most probable first.
struct PrecisionRecall {
  double precision = 0, recall = 0;
};

// `hits`: for each detection by falling probability, whether it is the first of an object that is there;
// `truths`: how many objects there are.
std::vector<PrecisionRecall> precision_recall(const std::vector<bool>& hits, int truths);

// The area under precision made monotone, each recall with the best precision at it or beyond: ImageNet, and
// Pascal VOC since 2010.
double area_under(std::span<const PrecisionRecall> curve);

// The mean of that precision at `points` recalls from 0 to 1: with 11 Pascal VOC 2007, with 101 COCO.
double mean_at(std::span<const PrecisionRecall> curve, int points);

// Either: the area where `points` is 0.
double average_precision(std::span<const PrecisionRecall> curve, int points);

}  // namespace nightjar
