// Folding cells into channels and back.
#include "engine/layers/reorganize.h"
#include "kernels/ops/reorg.h"

namespace nightjar {
namespace {

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

Reorganization read_reorganization(LayerBuilder& layer) {
  const int stride = layer.options.integer("stride", 1, {.low = 1});
  const bool reverse = layer.options.flag("reverse", false);
  return {stride, reverse, reorganized(layer.input_shape(), stride, reverse)};
}

void build_reorganization(LayerBuilder& layer, bool space_to_depth) {
  ops::Reorg op;
  op.in = layer.input_shape();
  op.space_to_depth = space_to_depth;
  const auto [stride, reverse, out] = read_reorganization(layer);
  op.stride = stride;
  op.reverse = reverse;
  op.out = out;
  const std::string found =
      "stride=" + std::to_string(op.stride) + " does not fit the input " + describe(op.in);
  if (!op.reverse && !(divides(op.stride, op.in.h) && divides(op.stride, op.in.w)))
    layer.refuse("stride", found + "; it must divide height and width");
  // The permutation splits the channels of one side into stride x stride groups
  // (kernels/reference/reorg.cpp).
  const std::int64_t cells = saturated_product({op.stride, op.stride});
  const bool whole = divides(cells, op.in.c) && (!space_to_depth || divides(cells, op.in.c / cells));
  if (space_to_depth ? op.reverse && !whole : !whole)
    layer.refuse("stride", found + "; stride*stride" + (space_to_depth ? ", twice over," : "") +
                               " must divide the channels");
  layer.emit(op, {layer.input()});
}

}  // namespace nightjar
