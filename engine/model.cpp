// The pipeline on one screen: cfg and weights -> Graph -> Plan, and picture -> tensor -> run -> boxes.
#include "engine/model.h"

#include <algorithm>
#include <cstdlib>

#include "engine/build.h"
#include "engine/detect/decode.h"
#include "engine/detect/nms.h"
#include "engine/files.h"
#include "engine/image/fit.h"
#include "engine/layer_table.h"
#include "engine/parameters.h"
#include "engine/passes/passes.h"
#include "engine/plan/explain.h"
#include "engine/plan/prepare.h"
#include "engine/plan/tune.h"
#include "parsers/cfg.h"

namespace nightjar {
namespace {

Result<Cfg> read_cfg(const std::string& file) {
  auto bytes = read_file(file, cfg_max_bytes);
  if (!bytes) return bytes.error();
  return parse_cfg(*bytes, file);
}

Result<KernelSet> choose_isa(const std::string& asked) {
  const char* forced = std::getenv("NIGHTJAR_ISA");
  const std::string isa = asked.empty() && forced ? forced : asked;
  if (isa.empty()) return kernel_sets().front();
  for (const KernelSet& set : kernel_sets()) {
    if (isa == set.isa) return set;
  }
  std::string have;
  for (const KernelSet& set : kernel_sets()) have += std::string(have.empty() ? "" : ", ") + set.isa;
  return Error{Failure::usage, "instruction set '" + isa + "' " +
                                   (is_known_isa(isa) ? "is not what this CPU has" : "is not known") + "; it has " + have};
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

Result<Model> Model::load(const std::string& cfg_file, const std::string& weights_file, const ModelOptions& options) {
  const auto isa = choose_isa(options.isa);
  if (!isa) return isa.error();
  const auto cfg = read_cfg(cfg_file);
  if (!cfg) return cfg.error();
  auto graph = build_graph(*cfg, {options.width, options.height, options.strict, options.tree, options.class_map});
  if (!graph) return graph.error();
  auto weights = options.synthesise ? synthesise(*options.synthesise) : open_weights(weights_file, *graph);
  if (!weights) return weights.error();

  auto impl = std::make_shared<Impl>();
  impl->options = options;
  impl->gflop = count_gflop(*graph);
  impl->layer_table = nightjar::layer_table(*graph);
  impl->graph = optimise(std::move(*graph), options.fuse);
  ThreadPool pool(options.threads > 0 ? options.threads : available_cores());
  impl->plan = make_plan(impl->graph, *isa, {options.winograd});
  if (options.tune) {
    const Tuning tuning = tune(impl->graph, impl->plan, pool);
    impl->plan = make_plan(impl->graph, *isa, {options.winograd, &tuning});
  }
  auto packed = pack_weights(impl->graph, impl->plan, **weights, pool);
  if (!packed) return packed.error();
  impl->packed = std::move(*packed);
  return Model(std::move(impl));
}

Result<std::vector<Boxes>> Context::detect(std::span<const Image> pictures, const DetectOptions& options) {
  const Graph& graph = impl_->model->graph;
  if (graph.heads.empty()) return Error{Failure::usage, graph.file + ": has no detection layer; it does not find boxes"};
  for (const Image& picture : pictures) {
    if (auto fits = check_picture(picture, graph); !fits) return fits.error();
  }
  Executor& executor = *impl_->executor;
  const Fit fit = options.fit.value_or(Fit::letterbox);
  const Head& last = graph.heads.back();
  std::vector<Boxes> results;
  for (std::size_t first = 0; first < pictures.size(); first += static_cast<std::size_t>(executor.batch())) {
    const auto batch = pictures.subspan(first, std::min<std::size_t>(executor.batch(), pictures.size() - first));
    const int images = static_cast<int>(batch.size());
    for (int n = 0; n < images; ++n) fit_image(batch[n], fit, executor.input(), n);
    executor.run(images);
    for (int n = 0; n < images; ++n) {
      Boxes boxes;
      for (const Head& head : graph.heads) {
        decode(head, executor.value(head.node), n, graph.input,
               {options.threshold, options.hierarchy, options.alexeyab}, boxes);
      }
      map_to_picture(boxes, fit, batch[n].width, batch[n].height, graph.input);
      suppress(boxes, options.alexeyab ? last.nms : Head::Nms::sort, last.beta_nms, options.nms);
      results.push_back(std::move(boxes));
    }
  }
  return results;
}

}  // namespace nightjar
