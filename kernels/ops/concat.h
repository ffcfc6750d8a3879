#pragma once

#include "kernels/ops/op.h"

namespace nightjar::ops {

// Slices of sources, one after the other along the channels. The sources have equal height and width.
struct Concat {
  struct Slice {
    Shape source;
    int first = 0, channels = 0;  // of the source
    bool is_whole() const { return first == 0 && channels == source.c; }
  };
  std::vector<Slice> slices;

  NIGHTJAR_INLINE int inputs() const { return static_cast<int>(slices.size()); }
  Shape out() const {
    Shape shape = slices[0].source;
    shape.c = 0;
    for (const Slice& slice : slices) shape.c += slice.channels;
    return shape;
  }
  Operands reads() const {
    Operands all;
    for (const Slice& slice : slices) {
      all.push_back(data("source", slice.source));
      all.back().elements = std::int64_t{slice.channels} * slice.source.h * slice.source.w;
    }
    return all;
  }
  Operands writes() const { return {data("joined", out())}; }
  bool agrees() const {
    for (const auto& [source, first, channels] : slices) {
      if (source.h != slices[0].source.h || source.w != slices[0].source.w) return false;
      if (first < 0 || channels < 1 || first + channels > source.c) return false;
    }
    return !slices.empty();
  }
  std::int64_t flops() const { return 0; }
  std::string words() const { return "concat of " + std::to_string(inputs()); }
  Columns columns() const { return {}; }
  Fuses fuses() const { return {}; }

  std::optional<Gradient> gradient() const;
  void define(Inputs ins, Outputs outs) const;
};

}  // namespace nightjar::ops
