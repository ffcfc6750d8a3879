// Which prediction learns what: the target rule of YOLOv3 [Redmon & Farhadi 2018, section 2.1].
#pragma once

#include <vector>

#include "kernels/ops/losses/giou_focal_loss.h"
#include "kernels/ops/losses/yolo_loss.h"

namespace nightjar {

// Of one picture, by prediction: slot, row, column.
struct Assignment {
  static constexpr int background = -1, ignored = -2;

  Shape shape;              // (slots, h, w)
  std::vector<int> target;  // the number of the truth that it is trained on, or one of the above

  explicit Assignment(const Shape& predictions)
      : shape(predictions), target(static_cast<std::size_t>(predictions.size()), background) {}
  int& at(int slot, int y, int x) { return target[place(slot, y, x)]; }
  int at(int slot, int y, int x) const { return target[place(slot, y, x)]; }
  std::size_t place(int slot, int y, int x) const {
    return (static_cast<std::size_t>(slot) * shape.h + y) * static_cast<std::size_t>(shape.w) + x;
  }
};

// Image n of what the head reads, and of the truths. A prediction that is no truth's is background where its
// box overlaps every truth by less than ignore_thresh, else ignored. Of two truths on one the later counts.
Assignment assign(const ops::GiouFocalLoss& loss, const Tensor& raw, const Tensor& truth, int n);

// The same of Darknet's loss, and of what the head writes: with iou_thresh a truth is several predictions'.
Assignment assign(const ops::YoloLoss& loss, const Tensor& head, const Tensor& truth, int n);

}  // namespace nightjar
