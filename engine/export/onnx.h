// A graph as an ONNX model.
#pragma once

#include <string>
#include <vector>

#include "engine/parameters.h"
#include "parsers/protobuf.h"

namespace nightjar {

struct OnnxOptions {
  bool decode = false;                  // boxes and scores in place of the heads' values
  int batch = 1;                        // images; 0: as many as the caller gives
  std::vector<std::string> names = {};  // of the classes, for the metadata
};

// A graph, meant to be as built, before passes, and where its parameters come from; both must outlive the
// message, which reads the parameters one by one when it is written. Errors: usage for what ONNX or this
// export lacks (a state, an operation), or for decoding where there is no head; too_large for more than
// protobuf can carry.
Result<ProtobufMessage> onnx_model(const Graph& graph, const ParameterSource& source,
                                   const OnnxOptions& options);

}  // namespace nightjar
