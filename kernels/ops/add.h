#pragma once

#include <algorithm>

#include "kernels/ops/op.h"
#include "kernels/ops/words.h"

namespace nightjar::ops {

// out = act(source 0 + sum of the other sources), in the shape of source 0. A source of another size is added
// where both exist: channels [0, min c); a source twice as large is read at every second cell, one half as
// large lands on every second cell (pjreddie's rule). With weights, source s is multiplied by its weight
// (one, or one a channel), after the weights were normalised over the sources.
struct Add {
  enum class Weights : std::uint8_t { none, per_feature, per_channel };
  enum class Normalization : std::uint8_t { none, relu, softmax };
  std::vector<Shape> sources;
  Activation activation = Activation::linear;
  Weights weights = Weights::none;
  Normalization normalization = Normalization::none;
  // Going back, the normalisation counts as a constant, as in AlexeyAB's Darknet.
  bool constant_normalization = false;

  Shape shape() const { return sources[0]; }
  NIGHTJAR_INLINE int inputs() const { return static_cast<int>(sources.size()); }
  Shape weights_shape() const { return {inputs() * (weights == Weights::per_channel ? shape().c : 1), 1, 1}; }
  Operands reads() const {
    Operands all;
    for (const Shape& source : sources) all.push_back(data("source", source));
    if (weights != Weights::none) all.push_back(weight("weights", weights_shape()));
    return all;
  }
  Operands writes() const { return {data("sum", shape())}; }
  // A source's sides are the same whole multiple or fraction of the sum's.
  bool agrees() const {
    const Shape out = shape();
    return std::all_of(sources.begin(), sources.end(), [&](const Shape& source) {
      return source.w / out.w == source.h / out.h && out.w / source.w == out.h / source.h;
    });
  }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "add of " + std::to_string(inputs()) + plus_activation(activation); }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {.activation = activation == Activation::linear}; }
  void fuse_activation(Activation a) { activation = a; }

  // Of equal shapes, without weights: a gradient is handed on as it is.
  bool is_plain() const {
    return weights == Weights::none && std::all_of(sources.begin(), sources.end(),
                                                   [&](const Shape& source) { return source == shape(); });
  }
  std::optional<Gradient> gradient() const;
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
