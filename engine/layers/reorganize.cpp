// Folding cells into channels and back.
#include "engine/layers/reorganize.h"
#include "kernels/ops/reorg.h"

namespace nightjar {
namespace {

// Shape after folding stride x stride cells into channels, or out of them; sides that do not divide are
// truncated.
Shape reorganized(Shape in, std::int64_t stride, bool reverse) {
  if (!reverse)
    return {saturated_side(saturated_product({in.c, stride, stride})), static_cast<int>(in.h / stride),
            static_cast<int>(in.w / stride)};
  return {static_cast<int>(in.c / saturated_product({stride, stride})), saturated_side(in.h * stride),
          saturated_side(in.w * stride)};
}

bool divides(std::int64_t divisor, std::int64_t number) {
  return number % divisor == 0;
}

}  // namespace

void build_reorganization(LayerBuilder& layer, bool space_to_depth) {
  ops::Reorg op;
  op.in = layer.input_shape();
  op.space_to_depth = space_to_depth;
  op.stride = layer.options.integer("stride", 1, {.low = 1});
  op.reverse = layer.options.flag("reverse", false);
  op.out = reorganized(op.in, op.stride, op.reverse);
  const std::string found =
      "stride=" + std::to_string(op.stride) + " does not fit the input " + describe(op.in);
  if (!op.reverse && !(divides(op.stride, op.in.h) && divides(op.stride, op.in.w)))
    layer.refuse("stride", found + "; it must divide height and width");
  // The permutation splits the channels of one side into stride x stride groups
  // (kernels/reference/resize.cpp).
  const std::int64_t cells = saturated_product({op.stride, op.stride});
  const bool whole = divides(cells, op.in.c) && (!space_to_depth || divides(cells, op.in.c / cells));
  if (space_to_depth ? op.reverse && !whole : !whole)
    layer.refuse("stride", found + "; stride*stride" + (space_to_depth ? ", twice over," : "") +
                               " must divide the channels");
  layer.emit(op, {layer.input()});
}

}  // namespace nightjar
