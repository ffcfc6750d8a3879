// What a network is shown while it learns, to look at.
#pragma once

#include <string>
#include <vector>

#include "engine/train/examples.h"

namespace nightjar {

// Writes a detector's example of this shape (1 or 3 channels) as a picture, by the ending of `path`, its
// boxes drawn with their classes' names; the percentage behind them is a box's weight. Errors: cannot_write.
Result<void> write_example_picture(const std::string& path, const Example& example, const Shape& shape,
                                   const std::vector<std::string>& names);

}  // namespace nightjar
