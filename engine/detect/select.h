// Which of the boxes a user wants.
#pragma once

#include <span>
#include <string>

#include "engine/detect/boxes.h"

namespace nightjar {

// Leaves these classes; boxes without any are removed. An empty list leaves all.
void keep_classes(Boxes& boxes, std::span<const int> classes);

// Leaves the `most` boxes whose best classes are the most probable, in their order. 0 leaves all.
void keep_most_probable(Boxes& boxes, int most);

// Gives each class its name; those that have none are "class N".
void name_classes(Boxes& boxes, std::span<const std::string> names);

}  // namespace nightjar
