// The pipeline on one screen: cfg and weights -> Graph -> Plan, and picture -> tensor -> run -> boxes.
#include "engine/model.h"

#include <algorithm>

#include "engine/build.h"
#include "engine/detect/nms.h"
#include "engine/files.h"
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

Graph optimise(Graph graph, bool fuse_layers) {
  graph = fold_batchnorm(std::move(graph));
  graph = fuse_activation(std::move(graph));
  if (fuse_layers) graph = fuse_shortcut(std::move(graph));
  return graph;
}

double count_gflop(const Graph& graph) {
  double total = 0;
  for (const Node& node : graph.nodes) total += static_cast<double>(flops(node));
  return total * 1e-9;
}

}  // namespace

Result<Model> Model::load(const std::string& cfg_file, const std::string& weights_file,
                          const ModelOptions& options) {
  auto chosen = choose_backend(options);
  if (!chosen) return chosen.error();
  const auto cfg = read_cfg(cfg_file);
  if (!cfg) return cfg.error();
  auto graph =
      build_graph(*cfg, {options.width, options.height, options.strict, options.tree, options.class_map});
  if (!graph) return graph.error();
  auto weights = options.synthesise ? synthesise(*options.synthesise) : open_weights(weights_file, *graph);
  if (!weights) return weights.error();

  auto impl = std::make_shared<Impl>();
  impl->options = options;
  impl->gflop = count_gflop(*graph);
  impl->layer_table = nightjar::layer_table(*graph);
  impl->graph = optimise(std::move(*graph), options.fuse);
  impl->backend = std::move(chosen->backend);
  impl->device_note = std::move(chosen->note);
  if (auto ready = impl->backend->prepare(impl->graph, std::move(*weights)); !ready) return ready.error();
  return Model(std::move(impl));
}

Result<std::vector<Boxes>> Context::detect(std::span<const Image> pictures, const DetectOptions& options) {
  const Graph& graph = impl_->model->graph;
  if (graph.heads.empty())
    return Error{Failure::usage, graph.file + ": has no detection layer; it does not find boxes"};
  for (const Image& picture : pictures) {
    if (auto fits = check_picture(picture, graph); !fits) return fits.error();
  }
  Runner& runner = *impl_->runner;
  const Fit fit = options.fit.value_or(Fit::letterbox);
  const HeadBase& last = base(graph.heads.back());
  std::vector<Boxes> results;
  for (std::size_t first = 0; first < pictures.size(); first += static_cast<std::size_t>(runner.batch())) {
    const auto batch =
        pictures.subspan(first, std::min<std::size_t>(runner.batch(), pictures.size() - first));
    const int images = static_cast<int>(batch.size());
    if (auto done = runner.fit(batch, fit); !done) return done.error();
    if (auto done = runner.run(images); !done) return done.error();
    auto boxes = runner.decode(images, {options.threshold, options.hierarchy, options.alexeyab});
    if (!boxes) return boxes.error();
    for (int n = 0; n < images; ++n) {
      map_to_picture((*boxes)[n], fit, batch[n].width, batch[n].height, graph.input);
      suppress((*boxes)[n], options.alexeyab ? last.nms : Nms::sort, last.beta_nms, options.nms);
      results.push_back(std::move((*boxes)[n]));
    }
  }
  return results;
}

}  // namespace nightjar
