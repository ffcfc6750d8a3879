// The pipeline on one screen: cfg and weights -> Graph -> Plan, and picture -> tensor -> run -> boxes.
#include "engine/model.h"

#include <algorithm>

#include "engine/build.h"
#include "engine/detect/nms.h"
#include "engine/detect/select.h"
#include "engine/host/files.h"
#include "engine/image/fit.h"
#include "engine/layer_table.h"
#include "engine/parameters.h"
#include "engine/passes/passes.h"
#include "parsers/cfg.h"

namespace nightjar {
namespace {

Result<Cfg> read_cfg(const std::string& file) {
  auto bytes = read_file(file, cfg_max_bytes);
  if (!bytes) return bytes.error();
  return parse_cfg(*bytes, file);
}

double count_gflop(const Graph& graph) {
  double total = 0;
  for (const Node& node : graph.nodes) total += static_cast<double>(node.op.flops());
  return total * 1e-9;
}

}  // namespace

Result<Graph> read_graph(const std::string& cfg_file, const ModelOptions& options) {
  const auto cfg = read_cfg(cfg_file);
  if (!cfg) return cfg.error();
  return build_graph(*cfg, {.width = options.width,
                            .height = options.height,
                            .strict = options.strict,
                            .tree = options.tree,
                            .class_map = options.class_map});
}

Result<std::unique_ptr<ParameterSource>> open_parameters(const std::string& weights_file, const Graph& graph,
                                                         const ModelOptions& options) {
  if (options.synthesise) return synthesise(*options.synthesise);
  return open_weights(weights_file, graph);
}

// A stage a line: passes, plan.
Result<std::shared_ptr<Model::Impl>> Model::Impl::make(Graph graph, ChosenBackend device,
                                                       const ModelOptions& options) {
  auto impl = std::make_shared<Impl>();
  impl->device_note = std::move(device.note);
  impl->gflop = count_gflop(graph);
  impl->names = options.names;
  impl->layer_table = nightjar::layer_table(graph);
  impl->graph = run_passes(std::move(graph), {options.fuse, options.variable_parameters});
  impl->backend = std::move(device.backend);
  if (auto planned = impl->backend->plan(impl->graph); !planned) return planned.error();
  return impl;
}

Result<Model> Model::plan(const std::string& cfg_file, const ModelOptions& options) {
  auto device = choose_backend(options);
  if (!device) return device.error();
  auto graph = read_graph(cfg_file, options);
  if (!graph) return graph.error();
  auto impl = Impl::make(std::move(*graph), std::move(*device), options);
  if (!impl) return impl.error();
  return Model(std::move(*impl));
}

// A stage a line: device, parse and build, weights file, plan, read and pack.
Result<Model> Model::load(const std::string& cfg_file, const std::string& weights_file,
                          const ModelOptions& options) {
  auto device = choose_backend(options);
  if (!device) return device.error();
  auto graph = read_graph(cfg_file, options);
  if (!graph) return graph.error();
  auto parameters = open_parameters(weights_file, *graph, options);
  if (!parameters) return parameters.error();
  auto impl = Impl::make(std::move(*graph), std::move(*device), options);
  if (!impl) return impl.error();
  auto packed = (*impl)->backend->read_and_pack(std::move(*parameters));
  if (!packed) return packed.error();
  (*impl)->has_weights = true;
  return Model(std::move(*impl));
}

Result<std::vector<Boxes>> Context::detect(std::span<const Image> pictures, const DetectOptions& options) {
  const Graph& graph = impl_->model->graph;
  if (graph.heads.empty())
    return Error{Failure::usage, graph.file + ": has no detection layer; it does not find boxes"};
  for (const Image& picture : pictures) {
    if (auto fits = check_picture(picture, graph); !fits) return fits.error();
  }
  Executor& executor = *impl_->executor;
  const Fit fit = options.fit.value_or(Fit::letterbox);
  const HeadBase& last = base(graph.heads.back());
  std::vector<Boxes> results;
  for (std::size_t first = 0; first < pictures.size(); first += static_cast<std::size_t>(executor.batch())) {
    const auto batch =
        pictures.subspan(first, std::min<std::size_t>(executor.batch(), pictures.size() - first));
    const int images = static_cast<int>(batch.size());
    if (auto done = executor.fit(batch, fit); !done) return done.error();
    if (auto done = executor.run(images); !done) return done.error();
    auto boxes = executor.decode(images, {options.threshold, options.hierarchy, options.alexeyab});
    if (!boxes) return boxes.error();
    for (int n = 0; n < images; ++n) {
      Boxes& found = (*boxes)[n];
      map_to_picture(found, fit, batch[n].width, batch[n].height, graph.input);
      keep_classes(found, options.classes);
      const Nms kind = options.alexeyab ? last.nms : Nms::sort;
      suppress(found, kind, last.beta_nms, options.nms, options.agnostic_nms);
      keep_most_probable(found, options.max_detections);
      name_classes(found, impl_->model->names);
      results.push_back(std::move(found));
    }
  }
  return results;
}

}  // namespace nightjar
