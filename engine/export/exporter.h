// A network's files -> what an export is made from; the twin of Model::load, which makes a plan.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/export/onnx.h"
#include "engine/nightjar.h"

namespace nightjar {

class Exporter {
 public:
  // Of the options those count that say what the network is: size, strictness, class tree and map, made-up
  // weights. Errors as Model::load's.
  static Result<Exporter> open(const std::string& cfg, const std::string& weights,
                               const ModelOptions& options = {});

  const std::vector<std::string>& warnings() const { return graph_->warnings; }
  // Of the heads; of a network without any, the values that it ends in.
  int classes() const;
  // Reads the weights when it is written; the exporter must still be there then.
  Result<ProtobufMessage> onnx(const OnnxOptions& options) const;

 private:
  Exporter(std::unique_ptr<const Graph> graph, std::unique_ptr<const ParameterSource> source)
      : graph_(std::move(graph)), source_(std::move(source)) {}

  std::unique_ptr<const Graph> graph_;  // messages refer to them, wherever the exporter moves
  std::unique_ptr<const ParameterSource> source_;
};

}  // namespace nightjar
