// All that `nightjar eval` finds out of a run over labelled pictures.
#pragma once

#include <string>
#include <vector>

#include "apps/nightjar/accuracy/labels.h"
#include "apps/nightjar/outputs/output.h"
#include "engine/eval/coco.h"
#include "engine/eval/mistakes.h"

namespace nightjar {

struct EvaluationOptions {
  int classes = 0;
  float confidence = .25f,
        iou = .5f;  // of what counts as found: for the table of classes, confusion and worst
};

// A picture as far as it can be judged by itself.
struct Judged {
  std::size_t picture = 0;  // its place among the labels'
  std::vector<Truth> truths;
  Boxes boxes;  // from the confidence on
  Comparison comparison;
  int mistakes = 0;
  std::vector<CocoDetection> detections;  // all, within the picture
  bool other_size = false;                // than its labels say
};

class Evaluation {
 public:
  explicit Evaluation(const EvaluationOptions& options)
      : options_(options), coco_(options.classes), confusion_(options.classes) {}

  // Safe on any number of threads.
  Judged judge(const LabelledPicture& labelled, const Found& found) const;
  // One at a time, in the order of the pictures.
  void add(Judged judged);

  const EvaluationOptions& options() const { return options_; }
  const CocoEvaluation& coco() const { return coco_; }
  const ConfusionMatrix& confusion() const { return confusion_; }
  // All pictures that were added, without their detections: those with most mistakes first.
  std::vector<const Judged*> worst_first() const;
  int pictures() const { return static_cast<int>(judged_.size()); }
  int of_other_size() const;

 private:
  EvaluationOptions options_;
  CocoEvaluation coco_;
  ConfusionMatrix confusion_;
  std::vector<Judged> judged_;
};

}  // namespace nightjar
