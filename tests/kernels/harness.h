// Runs one kernel on made-up data, next to the reference.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "kernels/kernel_set.h"
#include "kernels/ops.h"
#include "tests/relative_error.h"

namespace nightjar::testing {

// An operation to try: its inputs' shapes, the output's, and the sizes of its arrays.
struct OpCase {
  std::string name;
  Op op;
  std::vector<Shape> in;
  Shape out;
  std::vector<std::size_t> arrays;
};

// The cases that every kernel of their operation is tested on: edges, odd sizes, channels that fill no block.
const std::vector<OpCase>& op_cases();
// Those whose outputs no cache holds, which kernels may store in another way.
std::vector<OpCase> large_cases();

// A tensor that owns its memory; the halo is zeros, padding lanes are as given.
struct OwnedTensor {
  std::vector<float> memory;
  Tensor view;
};
OwnedTensor make_tensor(Shape shape, int batch, int block, int halo, float fill = 0);

// Pseudo-random values, of which the first image's do not depend on the batch; those of the case's arrays.
void fill(OwnedTensor& t, unsigned seed);
std::vector<std::vector<float>> make_arrays(const OpCase& c);
// The values in the order (n, c, h, w).
std::vector<float> planar(const Tensor& t);

// The tensor a kernel would be given for `shape`: block `block`, or planar for heads and pictures.
struct Outcome {
  bool accepted = false;
  double error = 0;            // rms(difference) / rms(reference)
  bool padding_finite = true;  // of the output
  std::vector<float> values;   // planar (n, c, h, w)
};

// Runs `kernel` on the case with pseudo-random data, cut into ranges as `threads` threads would; `in_block`
// and `out_block` are the layouts.
Outcome run_case(const Kernel& kernel, const OpCase& c, int batch, int in_block, int out_block,
                 int ranges = 3);

}  // namespace nightjar::testing
