// What a network is shown while it learns, to look at.
#pragma once

#include <string>
#include <vector>

#include "engine/train/trainer.h"

namespace nightjar {

// Writes an example of this shape (1 or 3 channels) as a picture, by the ending of `path`, its boxes drawn
// with their classes' names; the percentage behind them is a box's weight. Errors: cannot_write.
Result<void> write_example_picture(const std::string& path, const Example& example, const Shape& shape,
                                   const Boxes& boxes, const std::vector<std::string>& names);

// What the next update will learn, as example-1.png and so on in `folder`, which is made. Errors:
// cannot_write; those of the pictures.
Result<void> write_examples(const std::string& folder, const Trainer& trainer,
                            const std::vector<std::string>& names);

}  // namespace nightjar
