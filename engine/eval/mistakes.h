// Boxes against truths in one picture, whatever their classes: what was found, mistaken, missed, made up.
#pragma once

#include <span>
#include <vector>

#include "engine/detect/boxes.h"
#include "engine/eval/truth.h"

namespace nightjar {

struct Pair {
  int box, truth;  // their places in what they were taken from
};

struct Comparison {
  std::vector<Pair> pairs;           // that show one thing, rightly named or not
  std::vector<int> made_up, missed;  // places of boxes, of truths that count

  int mistakes(const Boxes& boxes, std::span<const Truth> truths) const;
};

// Boxes whose best class is as probable as `confidence` and truths belong together where they overlap by more
// than `iou`: of all such pairs first those that overlap most, each box and each truth once. A box that is
// left over, and lies on a truth that does not count, is not made up.
Comparison compare(const Boxes& boxes, std::span<const Truth> truths, float confidence, float iou);

// How often what is there was taken for what.
class ConfusionMatrix {
 public:
  explicit ConfusionMatrix(int classes);

  void add(const Boxes& boxes, std::span<const Truth> truths, const Comparison& comparison);

  int classes() const { return classes_; }
  // `found` and `there`: a class, or classes() for nothing.
  int at(int found, int there) const { return cells_[place(found, there)]; }
  int found_as(int found) const;  // sums
  int there_are(int there) const;

 private:
  std::size_t place(int found, int there) const;
  int classes_;
  std::vector<int> cells_;  // rows of `found`
};

}  // namespace nightjar
