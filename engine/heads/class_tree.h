// Walking a class tree (yolo9000): from conditional probabilities to the one class a box is said to show.
#pragma once

#include <span>

#include "parsers/lists.h"

namespace nightjar {

// Conditional -> absolute probabilities: each node's value times those of its ancestors. Parents precede
// children.
void multiply_by_parents(const ClassTree& tree, std::span<float> probabilities);

// Zero for each class that has others below it.
void clear_inner_classes(const ClassTree& tree, std::span<float> probabilities);

// pjreddie's hierarchy_top_prediction: from the root to the best child for as long as the product of the
// values on the way stays above `threshold`. The values are absolute ones, so that ancestors count more than
// once, as in Darknet.
int deepest_likely_class(const ClassTree& tree, std::span<const float> probabilities, float threshold);

// AlexeyAB's rule, whose threshold is always one half there: the last class above it; -1 if there is none.
int last_likely_class(std::span<const float> probabilities, float threshold);

}  // namespace nightjar
