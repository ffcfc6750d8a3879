// tree=: classes that form a hierarchy (yolo9000).
#pragma once

#include "engine/layers/layer.h"

namespace nightjar {

// The tree to use, or nullptr without tree=. A path inside a cfg is never opened: the tree comes with
// BuildOptions. Refuses a missing tree, and one of another number of classes than `classes`.
const ClassTree* read_class_tree(LayerBuilder& layer, std::int64_t classes);

}  // namespace nightjar
