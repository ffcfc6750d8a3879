// [reorg]: YOLOv2's historic permutation of cells and channels, which is not a clean space-to-depth.
#include "engine/layers/registry.h"
#include "engine/layers/reorganize.h"

namespace nightjar {
namespace {

constexpr std::string_view keys[] = {"stride", "reverse", "flatten", "extra"};

void build(LayerBuilder& layer) {
  layer.refuse_unsupported("flatten");
  layer.refuse_unsupported("extra");
  build_reorganization(layer, false);
}

}  // namespace

const LayerType reorg_layer{"reorg", {}, keys, build};

}  // namespace nightjar
