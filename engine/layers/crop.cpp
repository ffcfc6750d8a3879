// [crop]: the middle of the input, 0..1 becoming -1..1. Where to cut is left to chance in training only.
#include "kernels/ops/crop.h"
#include "engine/layers/registry.h"

namespace nightjar {
namespace {

constexpr std::string_view keys[] = {"crop_height", "crop_width", "noadjust",
                                     // training
                                     "flip", "angle", "saturation", "exposure", "shift"};

int read_crop_side(LayerBuilder& layer, std::string_view key, int side) {
  const int crop = layer.options.integer(key, 1, {.low = 1});
  if (crop <= side) return crop;
  layer.refuse(key, std::string(key) + "=" + std::to_string(crop) + " is larger than the input " +
                        describe(layer.input_shape()) + "; at most " + std::to_string(side) + " is possible");
  return side;
}

void build(LayerBuilder& layer) {
  ops::Crop op;
  op.in = layer.input_shape();
  op.out = {op.in.c, read_crop_side(layer, "crop_height", op.in.h),
            read_crop_side(layer, "crop_width", op.in.w)};
  op.top = (op.in.h - op.out.h) / 2;
  op.left = (op.in.w - op.out.w) / 2;
  if (!layer.options.flag("noadjust", false)) {
    op.scale = 2;
    op.shift = -1;
  }
  layer.emit(op, {layer.input()});
}

}  // namespace

const LayerType crop_layer{"crop", {}, keys, build};

}  // namespace nightjar
