// The sizes of labelled objects, for anchors.
#pragma once

#include <string>
#include <vector>

#include "apps/nightjar/accuracy/labels.h"
#include "engine/eval/anchors.h"

namespace nightjar {

// In pixels of a network of this size, which pictures are stretched to. Boxes without an area are left out,
// and counted by a warning.
std::vector<BoxSize> label_sizes(const LabelledPictures& labels, int width, int height);

// "10,13, 16,30, 33,23": whole pixels, or cells with four decimals for a network of 32 or less.
std::string anchors_text(const std::vector<BoxSize>& anchors, int width);

// Whether so many clusters can be made of these sizes: a usage error otherwise.
Result<void> check_clusters(const std::vector<BoxSize>& sizes, int clusters);

}  // namespace nightjar
