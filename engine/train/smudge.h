// What makes pictures worse: blur and noise.
#pragma once

#include <vector>

#include "engine/train/pane.h"
#include "engine/train/random.h"
#include "kernels/ops/losses/truth.h"

namespace nightjar {

// A Gaussian over `side` pixels, an odd number; its deviation is OpenCV's, .3 ((side - 1) / 2 - 1) + .8. The
// pane's edge stands for what lies beyond it.
void blur(const Pane& pane, int side);
// The same of what is not in these boxes.
void blur_background(const Pane& pane, int side, const std::vector<TrueBox>& boxes);
// Adds normal noise, each value its own, and cuts what leaves 0 to 1.
void add_noise(const Pane& pane, float deviation, Random& random);

}  // namespace nightjar
