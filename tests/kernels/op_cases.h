// What kernels are tried on.
#pragma once

#include <string>
#include <vector>

#include "kernels/ops/op.h"

namespace nightjar::testing {

struct OpCase {
  std::string name;
  Op op;
};

// The cases that every kernel of their operation is tested on: edges, odd sizes, channels that fill no block.
const std::vector<OpCase>& op_cases();
// Those among them that only networks which learn have.
std::vector<OpCase> training_cases();
// Shapes on either side of what the CPU kernels do one way or another: too slow for an emulated GPU.
const std::vector<OpCase>& limit_cases();
// Those whose outputs no cache holds, which kernels may store in another way.
const std::vector<OpCase>& large_cases();

}  // namespace nightjar::testing
