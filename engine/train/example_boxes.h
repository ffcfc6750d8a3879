// What an example's truth holds, to look at.
#pragma once

#include "engine/detect/boxes.h"
#include "engine/train/examples.h"

namespace nightjar {

// The truth of a detector's example, in its order. A box has one class, with the box's weight for a
// probability.
Boxes boxes_of(const Example& example);

}  // namespace nightjar
