// Which predictions of a network learn what of a picture, for people to look at.
#pragma once

#include <string>
#include <vector>

#include "engine/eval/truth.h"
#include "engine/nightjar.h"
#include "kernels/ops/losses/assignment.h"

namespace nightjar {

// A [yolo] of the cfg.
struct HeadTargets {
  int layer = 0;
  std::vector<int> mask;  // by slot, the number of its anchor
  Assignment assignment;  // of slots, rows and columns; truths by their number
};

// A truth, and the prediction whose anchor's shape is nearest.
struct TruthTarget {
  int truth = 0;  // its number
  int anchor = 0;
  double overlap = 0;  // IoU of the two shapes
  int head = -1;       // in Targets::heads; -1: none has that anchor
  int slot = 0, row = 0, column = 0;
  bool is_trained = false;  // false: a later truth has the same prediction
};

struct Targets {
  Shape network;
  std::vector<float> anchors;  // width and height, in the network's pixels
  FitArea::Rectangle covered;  // of the network's input, by the picture
  std::vector<HeadTargets> heads;
  std::vector<TruthTarget> truths;
  std::vector<std::string> warnings;  // of the cfg
};

// The assignment by the rule of the heads' loss (docs/darknet-format.md section 12.2), of the picture as it
// is, which is stretched, or fitted where letter_box=1. Without weights each prediction stands for its anchor
// in the middle of its cell. Errors: usage, where a head is no [yolo] or a truth's class is none of its;
// those of the files.
Result<Targets> find_targets(const std::string& cfg_file, const std::string& weights_file,
                             const Image& picture, const std::vector<Truth>& truths,
                             const ModelOptions& options);

}  // namespace nightjar
