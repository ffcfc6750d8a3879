#include "engine/export/exporter.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "engine/export/decode.h"
#include "engine/model.h"

namespace nightjar {

Result<Exporter> Exporter::open(const std::string& cfg, const std::string& weights,
                                const ModelOptions& options) {
  auto graph = read_graph(cfg, build_options(options));
  if (!graph) return graph.error();
  auto kept = std::make_unique<const Graph>(std::move(*graph));
  auto source = open_parameters(weights, *kept, options);
  if (!source) return source.error();
  return Exporter(std::move(kept), std::move(*source));
}

int Exporter::classes() const {
  const std::int64_t count =
      graph_->heads.empty() ? graph_->shape(graph_->output).size() : classes_of(graph_->heads.front());
  return static_cast<int>(std::min<std::int64_t>(count, std::numeric_limits<int>::max()));
}

Result<ProtobufMessage> Exporter::onnx(const OnnxOptions& options) const {
  return onnx_model(*graph_, *source_, options);
}

}  // namespace nightjar
