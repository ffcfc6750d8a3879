// [upsample]: repeats each cell; with a negative stride, sums blocks of cells.
#include <cstdlib>
#include <limits>

#include "engine/layers/registry.h"
#include "kernels/ops/upsample.h"

namespace nightjar {
namespace {

constexpr std::string_view keys[] = {"stride", "scale"};

void build(LayerBuilder& layer) {
  const Shape in = layer.input_shape();
  const int stride = layer.options.integer("stride", 2, {.low = -std::numeric_limits<int>::max()});
  if (stride == 0)
    return layer.refuse("stride", "stride=0; expected the factor to grow by, or to shrink by if negative");
  ops::Upsample op{.in = in, .out = in, .stride = std::abs(stride), .down = stride < 0};
  op.scale = layer.options.real("scale", 1);
  if (op.down) {
    op.out = {in.c, in.h / op.stride, in.w / op.stride};
  } else {
    const std::int64_t factor = stride;
    op.out = {in.c, saturated_side(in.h * factor), saturated_side(in.w * factor)};
  }
  layer.emit(op, {layer.input()});
}

}  // namespace

const LayerType upsample_layer{"upsample", {}, keys, build};

}  // namespace nightjar
