// What each head of a network learns of a picture, drawn on it.
#pragma once

#include <string>
#include <vector>

#include "engine/eval/truth.h"
#include "engine/image/draw.h"
#include "engine/train/targets.h"

namespace nightjar {

// The picture, enlarged where it is small, with the cells of a head: green where some prediction of the cell
// is trained, orange where none is and some are ignored; the truths, white where it is this head that learns
// them, and around each of those its anchor, in the middle of its cell.
Image draw_targets(const Image& picture, const Targets& targets, const HeadTargets& head,
                   const std::vector<Truth>& truths, const std::vector<std::string>& names,
                   const DrawOptions& drawing);

}  // namespace nightjar
