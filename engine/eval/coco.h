// COCO's average precision and average recall, as pycocotools' COCOeval computes them for boxes: matching by
// falling score in each picture and class, at ten IoUs from .5 to .95, for objects of all sizes, small,
// medium and large ones, and for the best 1, 10 and 100 detections of a class in a picture.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/eval/truth.h"

namespace nightjar {

struct CocoDetection {
  int class_id;
  float score;
  PixelBox box;
};

// Of a class, or their means; -1 where nothing of that size is there to be found.
struct CocoFigures {
  double ap = -1, ap50 = -1, ap75 = -1;                 // at all IoUs, at .5, at .75
  double ap_small = -1, ap_medium = -1, ap_large = -1;  // areas to 32^2, to 96^2, from there on
  double ar1 = -1, ar10 = -1, ar100 = -1;               // of the best 1, 10, 100
  double ar_small = -1, ar_medium = -1, ar_large = -1;
};

class CocoEvaluation {
 public:
  static constexpr int ious = 10, recalls = 101;
  // Precision at recalls of 0, .01, ... 1.
  using Curve = std::array<double, recalls>;

  explicit CocoEvaluation(int classes) : classes_(static_cast<std::size_t>(classes)) {}

  // A picture; pycocotools takes them by their numbers. Detections of one score count in their order.
  void add(std::span<const Truth> truths, std::vector<CocoDetection> detections);

  CocoFigures figures() const;  // means over the classes that are there
  CocoFigures figures_of(int class_id) const;
  int truths_of(int class_id) const;            // that count
  Curve curve_of(int class_id, int iou) const;  // iou: 0 is .5, 9 is .95; zeros for a class that is not there

 private:
  static constexpr std::size_t sizes = 4;

  // A detection, and a bit an IoU for each size of object.
  struct Scored {
    float score;
    std::int16_t rank;  // in its picture and class
    std::array<std::uint16_t, sizes> matched{}, ignored{};
  };
  struct Class {
    std::vector<Scored> scored;
    std::array<int, sizes> truths{};  // that are not ignored
  };
  struct Outcome {
    double recall = -1;
    Curve precision{};
  };
  // A picture and class: the truths that count first, the detections by falling score.
  struct Sides {
    std::span<const Truth* const> truths;
    std::size_t counting;
    std::span<const CocoDetection> detections;
  };
  void match(Class& its, std::span<const Truth* const> truths, std::span<const CocoDetection> detections);
  static std::vector<double> overlaps_of(const Sides& sides);  // a row a detection
  static void match_at(int iou, std::size_t size, const Sides& sides, const std::vector<double>& overlaps,
                       std::span<Scored> scored);
  using Order = std::vector<const Scored*>;
  static Order by_score(const Class& its);
  static Outcome accumulate(const Order& order, int iou, std::size_t size, int most_detections, int truths);
  static CocoFigures figures_of(const Class& its);

  std::vector<Class> classes_;
};

}  // namespace nightjar
