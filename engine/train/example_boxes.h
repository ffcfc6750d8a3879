// The boxes of an example's truth, as the losses read them and to look at.
#pragma once

#include <vector>

#include "engine/detect/boxes.h"
#include "engine/train/examples.h"
#include "kernels/ops/losses/truth.h"

namespace nightjar {

// A truth of TrueBox::shape(most); boxes beyond those are left out.
std::vector<float> truth_of(const std::vector<TrueBox>& boxes, int most);

// The truth of a detector's example, in its order. A box has one class, with the box's weight for a
// probability.
Boxes boxes_of(const Example& example);

}  // namespace nightjar
