// The pipeline on one screen: cfg and weights -> Graph -> Plan, and picture -> tensor -> run -> boxes.
#include "engine/model.h"

#include <algorithm>
#include <iterator>

#include "engine/build.h"
#include "engine/detect/nms.h"
#include "engine/detect/select.h"
#include "engine/heads/class_tree.h"
#include "engine/host/cfg_file.h"
#include "engine/image/fit.h"
#include "engine/layer_table.h"
#include "engine/parameters.h"
#include "engine/passes/passes.h"

namespace nightjar {
namespace {

double count_gflop(const Graph& graph) {
  double total = 0;
  for (const Node& node : graph.nodes) total += static_cast<double>(node.op.flops());
  return total * 1e-9;
}

}  // namespace

BuildOptions build_options(const ModelOptions& options) {
  return {.width = options.width,
          .height = options.height,
          .strict = options.strict,
          .alexeyab = options.alexeyab,
          .signed_padding = options.signed_padding,
          .temperature = options.temperature,
          .tree = options.tree,
          .class_map = options.class_map};
}

Result<Graph> read_graph(const Source& source, const BuildOptions& options) {
  const auto cfg = read_cfg(source);
  if (!cfg) return cfg.error();
  return build_graph(*cfg, options);
}

Result<std::unique_ptr<ParameterSource>> open_parameters(const Source& weights, const Graph& graph,
                                                         const ModelOptions& options) {
  if (options.synthesise) return synthesise(*options.synthesise);
  return open_weights(weights, graph);
}

// A stage a line: passes, plan.
Result<std::shared_ptr<Model::Impl>> Model::Impl::make(Graph graph, ChosenBackend device,
                                                       const ModelOptions& options) {
  auto impl = std::make_shared<Impl>();
  impl->device_note = std::move(device.note);
  impl->gflop = count_gflop(graph);
  impl->names = options.names;
  impl->layer_table = nightjar::layer_table(graph);
  impl->layer_infos = nightjar::layer_infos(graph);
  impl->graph = run_passes(std::move(graph), {options.fuse, options.variable_parameters});
  impl->backend = std::move(device.backend);
  if (auto planned = impl->backend->plan(impl->graph); !planned) return planned.error();
  return impl;
}

Result<Model> Model::plan(const Source& cfg, const ModelOptions& options) {
  auto device = choose_backend(options);
  if (!device) return device.error();
  auto graph = read_graph(cfg, build_options(options));
  if (!graph) return graph.error();
  auto impl = Impl::make(std::move(*graph), std::move(*device), options);
  if (!impl) return impl.error();
  return Model(std::move(*impl));
}

// A stage a line: device, parse and build, weights file, plan, read and pack.
Result<Model> Model::load(const Source& cfg, const Source& weights, const ModelOptions& options) {
  auto device = choose_backend(options);
  if (!device) return device.error();
  auto graph = read_graph(cfg, build_options(options));
  if (!graph) return graph.error();
  auto parameters = open_parameters(weights, *graph, options);
  if (!parameters) return parameters.error();
  auto impl = Impl::make(std::move(*graph), std::move(*device), options);
  if (!impl) return impl.error();
  auto packed = (*impl)->backend->read_and_pack(std::move(*parameters));
  if (!packed) return packed.error();
  (*impl)->has_weights = true;
  return Model(std::move(*impl));
}

Result<std::vector<Boxes>> Context::Impl::boxes(std::span<const PictureSize> pictures,
                                                const DetectOptions& options) {
  const Graph& graph = model->graph;
  const Fit fit = options.fit.value_or(Fit::letterbox);
  const HeadBase& last = base(graph.heads.back());
  const Nms kind = options.alexeyab && !options.by_objectness ? last.nms : Nms::sort;
  auto boxes = executor->decode(
      static_cast<int>(pictures.size()),
      {options.threshold, options.hierarchy, options.alexeyab, options.by_objectness, options.every_object});
  if (!boxes) return boxes.error();
  for (std::size_t n = 0; n < pictures.size(); ++n) {
    Boxes& found = (*boxes)[n];
    map_to_picture(found, fit, pictures[n].width, pictures[n].height, graph.input);
    keep_classes(found, options.classes);
    if (options.darknet_order) sort_as_darknet(found);
    if (options.nms < 1 && !options.every_object)
      suppress(found, kind, last.beta_nms, options.nms, options.agnostic_nms);
    keep_most_probable(found, options.max_detections);
    name_classes(found, model->names);
  }
  return boxes;
}

Result<std::vector<Boxes>> Context::detect(std::span<const PictureView> pictures,
                                           const DetectOptions& options) {
  const Graph& graph = impl_->model->graph;
  if (graph.heads.empty())
    return Error{Failure::usage, graph.file + ": has no detection layer; it does not find boxes"};
  impl_->raw_images = 0;
  std::vector<Boxes> results;
  const auto decode = [&](std::span<const PictureView> batch) -> Result<void> {
    std::vector<PictureSize> sizes;
    for (const PictureView& picture : batch) sizes.push_back({picture.width, picture.height});
    auto boxes = impl_->boxes(sizes, options);
    if (!boxes) return boxes.error();
    std::move(boxes->begin(), boxes->end(), std::back_inserter(results));
    return {};
  };
  const Fit fit = options.fit.value_or(Fit::letterbox);
  if (auto done = run_batches(graph, *impl_->executor, pictures, fit, decode); !done) return done.error();
  return results;
}

Result<std::vector<std::vector<float>>> Context::classify(std::span<const PictureView> pictures,
                                                          const ClassifyOptions& options) {
  const Graph& graph = impl_->model->graph;
  if (!graph.heads.empty())
    return Error{Failure::usage,
                 graph.file + ": has a detection layer; it finds boxes, and no class of a picture"};
  Executor& executor = *impl_->executor;
  impl_->raw_images = 0;
  std::vector<std::vector<float>> results;
  const auto read = [&](std::span<const PictureView> batch) -> Result<void> {
    for (int n = 0; n < static_cast<int>(batch.size()); ++n) {
      std::vector<float>& scores = results.emplace_back();
      if (auto done = executor.read(graph.output, scores, n); !done) return done;
      if (!graph.class_tree) continue;
      multiply_by_parents(*graph.class_tree, scores);
      if (options.leaves_only) clear_inner_classes(*graph.class_tree, scores);
    }
    return {};
  };
  if (auto done = run_batches(graph, executor, pictures, options.fit, read); !done) return done.error();
  return results;
}

}  // namespace nightjar
