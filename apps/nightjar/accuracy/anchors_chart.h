#pragma once

#include <string>
#include <vector>

#include "engine/eval/anchors.h"

namespace nightjar {

// The widths and heights of boxes as points, each in its cluster's colour, and the anchors as boxes from one
// corner; an SVG document. Of very many boxes some thousands are drawn.
std::string anchors_chart(const std::vector<BoxSize>& sizes, const AnchorClusters& clusters, int width,
                          int height);

}  // namespace nightjar
