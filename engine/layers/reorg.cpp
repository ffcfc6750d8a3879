// [reorg]: YOLOv2's historic permutation of cells and channels, which is not a clean space-to-depth; or
// pjreddie's other two forms, whose values keep another order.
#include <limits>

#include "engine/layers/registry.h"
#include "engine/layers/reorganize.h"
#include "kernels/ops/reshape.h"

namespace nightjar {
namespace {

constexpr std::string_view keys[] = {"stride", "reverse", "flatten", "extra"};

// Refuses more values than a vector can have.
bool are_countable(LayerBuilder& layer, std::string_view key, std::int64_t values) {
  constexpr int most = std::numeric_limits<int>::max();
  if (values > most)
    layer.refuse(key, std::string(key) + " makes " + std::to_string(values) + " values of the input " +
                          describe(layer.input_shape()) + "; at most " + std::to_string(most) +
                          " are possible");
  return values <= most;
}

// extra=n: the values as one vector, and n zeros behind them.
void build_extra(LayerBuilder& layer, int extra) {
  const Shape in = layer.input_shape();
  const std::int64_t values = in.size() + extra;
  if (!are_countable(layer, "extra", values)) return;
  layer.emit(ops::Reshape{in, {static_cast<int>(values), 1, 1}}, {layer.input()});
}

// flatten=1: the values pixel by pixel, in reverse such values plane by plane; in the shape that a
// permutation would have.
void build_flattened(LayerBuilder& layer) {
  const Reorganization shape = read_reorganization(layer);
  const Shape in = layer.input_shape();
  if (!are_countable(layer, "flatten", in.size())) return;
  if (shape.out.size() != in.size())
    return layer.refuse("stride", "stride=" + std::to_string(shape.stride) + " makes " + describe(shape.out) +
                                      " of the input " + describe(in) + "; as many values are needed");
  layer.emit(ops::Reshape{in, shape.out, shape.reverse ? in.h * in.w : in.c}, {layer.input()});
}

void build(LayerBuilder& layer) {
  const int extra = layer.options.integer("extra", 0, {.low = 0});
  const bool flatten = layer.options.flag("flatten", false);
  if (flatten && extra > 0)
    return layer.refuse("flatten",
                        "flatten with extra, for which Darknet reads beyond its input; only one of them "
                        "is possible");
  if (extra > 0) return build_extra(layer, extra);
  if (flatten) return build_flattened(layer);
  build_reorganization(layer, false);
}

}  // namespace

const LayerType reorg_layer{"reorg", {}, keys, build};

}  // namespace nightjar
