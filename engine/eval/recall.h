// How many of the objects have a box of any class, as Darknet's `detector recall` counts it.
#pragma once

#include <cstdint>
#include <span>

#include "engine/detect/boxes.h"
#include "engine/eval/truth.h"

namespace nightjar {

struct Recall {
  std::int64_t pictures = 0, proposals = 0, truths = 0, found = 0;
  float iou_sum = 0;  // of each truth with its best box

  // A picture: `boxes` by objectness (DetectOptions::by_objectness); a truth is found where one of them
  // overlaps it by more than `iou`.
  void add(std::span<const Truth> shown, const Boxes& boxes, float iou = .5f);
};

}  // namespace nightjar
