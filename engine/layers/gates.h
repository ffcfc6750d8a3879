// What recurrent layers consist of besides matrices and convolutions.
#pragma once

#include <map>

#include "engine/layers/dense.h"

namespace nightjar {

// The activated sum of values of one shape, as the layer's output; returns that. Of a single value it is the
// value's own activation.
int emit_sum(LayerBuilder& layer, std::vector<int> values, Activation activation);

// The arrays of one matrix for each gate, by the gate's letter.
using GateMatrices = std::map<char, DenseArrays>;

// Declares one for each of `gates`, in their order, as the parts "wf", "wi" and so on of matrix 'w'.
GateMatrices declare_gates(LayerBuilder& layer, char matrix, std::string_view gates, const Shape& in,
                           const Dense& dense);

}  // namespace nightjar
