// What a classifier says of a picture: the most probable of its classes.
#pragma once

#include <span>
#include <vector>

#include "engine/detect/boxes.h"

namespace nightjar {

// Up to `most` classes, the most probable first; of equals the one with the lower number, as in Darknet's
// top_k.
std::vector<ClassScore> most_probable_classes(std::span<const float> scores, int most);

}  // namespace nightjar
