// The gradients that an operation gives, computed by the definitions.
#pragma once

#include "tests/kernels/harness.h"

namespace nightjar::testing {

// By each input of the operation, of one batch: what its terms add up to, given the gradients by its outputs.
// `ins`: data, then weights, as the operation reads them. Without terms an input has zeros.
std::vector<OwnedTensor> gradients_by_inputs(const Op& op, const std::vector<Tensor>& ins,
                                             const std::vector<Tensor>& outs,
                                             const std::vector<Tensor>& by_outputs);

}  // namespace nightjar::testing
