// NumPy's .npy format, version 1 to 3, little-endian float32 in C order only: tensors in and out of `nightjar
// dump`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/result.h"

namespace nightjar {

struct NpyArray {
  std::vector<std::int64_t> shape;
  std::vector<float> values;  // C order
};

Result<NpyArray> parse_npy(std::string_view bytes, const std::string& file);
std::string format_npy(const NpyArray& array);  // the bytes of the file

}  // namespace nightjar
