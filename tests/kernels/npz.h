// NumPy's .npz archives of float64 and small whole numbers: what recorded gradients lie in.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/kernels/harness.h"

namespace nightjar::testing {

struct Array {
  std::vector<int> shape;
  std::vector<double> values;  // C order
};
// By name; text is left out. Throws std::runtime_error where it is none such.
std::map<std::string, Array> read_npz(const std::filesystem::path& path);

// Its elements as an operand: of images, which are its first axis, or once for all of them.
OwnedTensor tensor_of(const Array& array, const Value& value);

}  // namespace nightjar::testing
