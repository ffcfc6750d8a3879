// Mean average precision as AlexeyAB's `detector map` counts it, its oddities included
// (docs/darknet-format.md section 9.7).
#pragma once

#include <span>
#include <vector>

#include "engine/detect/boxes.h"
#include "engine/eval/truth.h"

namespace nightjar {

struct DarknetMapOptions {
  float iou = .5f;          // that a box must exceed to be right
  float confidence = .25f;  // that a class must exceed to count as found or wrong
  int points = 0;           // of recall; 0: the area under the curve
};

struct DarknetClassFigures {
  double average_precision = 0;
  int truths = 0, found = 0, wrong = 0;  // found and wrong at the confidence
};

struct DarknetFigures {
  std::vector<DarknetClassFigures> classes;
  int detections = 0, truths = 0;        // all that there were
  int found = 0, wrong = 0, missed = 0;  // at the confidence
  float precision = 0, recall = 0, f1 = 0, mean_iou = 0;
  double mean_average_precision = 0;
};

class DarknetMap {
 public:
  DarknetMap(int classes, const DarknetMapOptions& options);

  // A picture: what is there, and what was found, in Darknet's order (DetectOptions::darknet_order). Classes
  // of both are below the number of classes.
  void add(std::span<const Truth> truths, const Boxes& boxes);
  DarknetFigures figures() const;

 private:
  struct Scored {
    int class_id;
    float probability;
    int truth;  // of all pictures' labels in turn; -1: none
  };
  struct Match {
    int truth = -1;  // of the picture's
    float iou = 0;
  };
  Match best_match(const Detection& box, int class_id, std::span<const Truth> truths) const;
  bool overlaps_difficult(const Detection& box, int class_id, std::span<const Truth> truths) const;
  void count(const Scored& scored, float iou, std::size_t first_of_picture);

  DarknetMapOptions options_;
  std::vector<DarknetClassFigures> classes_;
  std::vector<Scored> scored_;
  int labels_ = 0, truths_ = 0, found_ = 0, wrong_ = 0;
  float iou_sum_ = 0;
};

}  // namespace nightjar
