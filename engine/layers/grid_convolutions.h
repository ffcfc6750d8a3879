// The convolutions that a recurrent layer over a grid consists of. One window serves all, and keeps height
// and width: what they make of the input meets what they make of the state.
#pragma once

#include "engine/layers/convolution.h"

namespace nightjar {

class GridConvolutions {
 public:
  // Reads size, stride, dilation, pad, padding, groups, xnor, batch_normalize and activation, which is
  // `fallback` where it is missing.
  GridConvolutions(LayerBuilder& layer, Activation fallback);

  struct Part {
    ops::Conv conv;
    ConvolutionArrays arrays;
  };
  // Declares the next arrays of the weights file, as this part of the layer.
  Part declare(std::string part, int channels, int filters) const;
  // Emits it for `input` as the layer's output, activated; returns that.
  int emit(const Part& part, int input) const;

 private:
  LayerBuilder& layer_;
  ops::Conv window_;  // a part's but for its channels
  Activation activation_;
  Signs signs_;
  bool batch_normalize_;
};

}  // namespace nightjar
