// What a graph's arrows carry: everything that a step reads or writes is a value.
#pragma once

#include "kernels/tensor.h"

namespace nightjar {

enum class Kind : std::uint8_t {
  input,       // written by the caller, kept between runs
  activation,  // exists within a run, from the node that writes it to the last that reads it
  result,      // as an activation, but still there when the run has ended
  parameter,   // of the weights file, or computed from such; shared by all images
  state,       // outlives a run: what a run writes there the next one reads
};

struct Value {
  Shape shape;  // of a parameter: (filters, channels, taps), planar, in the order of the weights file
  Kind kind = Kind::activation;
  Type type = Type::f32;
  float scale = 1;        // i8: an element stands for scale times its value
  bool per_image = true;  // one for each image of a batch; else once: parameters, statistics of a batch

  bool operator==(const Value&) const = default;
};

inline Value parameter_of(const Shape& shape, Type type = Type::f32) {
  return {.shape = shape, .kind = Kind::parameter, .type = type, .per_image = false};
}

// Of which there is one, however many images are computed.
inline Value once(const Shape& shape, Kind kind = Kind::activation) {
  return {.shape = shape, .kind = kind, .per_image = false};
}

// Whether it is there when a run begins.
inline bool outlives_a_run(Kind kind) {
  return kind == Kind::input || kind == Kind::parameter || kind == Kind::state;
}

}  // namespace nightjar
