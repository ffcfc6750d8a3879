// What an ONNX file says of the network besides its arithmetic: ModelProto's metadata_props.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/export/onnx.h"

namespace nightjar {

// Keys and values, as docs/export.md lists them.
std::vector<std::pair<std::string, std::string>> metadata_of(const Graph& graph, const OnnxOptions& options);

}  // namespace nightjar
