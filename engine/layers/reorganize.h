// Folding cells into channels and back: what [reorg] and [reorg3d] have in common.
#pragma once

#include "engine/layers/layer.h"

namespace nightjar {

// Reads stride and reverse, checks that Darknet's permutation stays inside the tensors, and emits ops::Reorg.
void build_reorganization(LayerBuilder& layer, bool space_to_depth);

}  // namespace nightjar
