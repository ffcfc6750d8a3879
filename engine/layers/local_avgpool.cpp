// [local_avgpool]: means over windows.
#include "engine/layers/registry.h"
#include "engine/layers/windows.h"
#include "kernels/ops/local_avg_pool.h"

namespace nightjar {
namespace {

constexpr std::string_view aliases[] = {"local_avg"};
constexpr std::string_view keys[] = {"stride", "stride_x", "stride_y", "size", "padding"};

void build(LayerBuilder& layer) {
  const PoolWindows pool = read_pool_windows(layer, read_strides(layer));
  const ops::LocalAvgPool op{layer.input_shape(), pool.out,      pool.size,
                             pool.stride.x,       pool.stride.y, pool.padding};
  layer.emit(op, {layer.input()});
}

}  // namespace

const LayerType local_avgpool_layer{"local_avgpool", aliases, keys, build};

}  // namespace nightjar
