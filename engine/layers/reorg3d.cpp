// [reorg3d]: space-to-depth.
#include "engine/layers/registry.h"
#include "engine/layers/reorganize.h"

namespace nightjar {
namespace {

constexpr std::string_view keys[] = {"stride", "reverse"};

void build(LayerBuilder& layer) {
  build_reorganization(layer, true);
}

}  // namespace

const LayerType reorg3d_layer{"reorg3d", {}, keys, build};

}  // namespace nightjar
