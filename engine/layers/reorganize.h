// Folding cells into channels and back: what [reorg] and [reorg3d] have in common.
#pragma once

#include "engine/layers/layer.h"

namespace nightjar {

struct Reorganization {
  int stride;
  bool reverse;
  Shape out;
};

// Reads stride and reverse. The shape is that after folding stride x stride cells into channels, or in
// reverse out of them; sides that do not divide are truncated.
Reorganization read_reorganization(LayerBuilder& layer);

// Reads them, checks that Darknet's permutation stays inside the tensors, and emits ops::Reorg.
void build_reorganization(LayerBuilder& layer, bool space_to_depth);

}  // namespace nightjar
