// What a loaded model consists of; private to the engine.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "engine/backend.h"
#include "engine/graph.h"
#include "engine/layers/build_options.h"
#include "engine/nightjar.h"
#include "engine/parameters.h"

namespace nightjar {

// What the options of a model say of building its graph.
BuildOptions build_options(const ModelOptions& options);

// A cfg file as a graph, and where the values of its parameters come from: a weights file, or made up if the
// options say so.
Result<Graph> read_graph(const Source& cfg, const BuildOptions& options);
Result<std::unique_ptr<ParameterSource>> open_parameters(const Source& weights, const Graph& graph,
                                                         const ModelOptions& options);

struct Model::Impl {
  // Graph as built -> one with a plan. Errors: those of Backend::plan.
  static Result<std::shared_ptr<Impl>> make(Graph graph, ChosenBackend device, const ModelOptions& options);

  Graph graph;
  std::unique_ptr<Backend> backend;  // works on the graph
  std::string device_note;
  double gflop = 0;
  std::vector<std::string> names;  // of the classes; may be none, or too few
  std::string layer_table;
  std::vector<LayerInfo> layer_infos;
  bool has_weights = false;  // packed, for contexts to run with
  // Contexts that Model::detect and Model::forward used and keep for the next call.
  mutable std::mutex mutex;
  mutable std::vector<Context> idle;
};

// Fits and runs pictures, as many at a time as the executor's batch; `each` has the pictures of a batch when
// they are computed. Errors: usage, unless the pictures have pixels, and the network's channels; those of the
// executor and of `each`.
Result<void> run_batches(const Graph& graph, Executor& executor, std::span<const PictureView> pictures,
                         Fit fit, const std::function<Result<void>(std::span<const PictureView>)>& each);

struct Context::Impl {
  // What the last run left of each image -> boxes of its picture.
  Result<std::vector<Boxes>> boxes(std::span<const PictureSize> pictures, const DetectOptions& options);

  std::shared_ptr<const Model::Impl> model;
  std::unique_ptr<Executor> executor;
  int raw_images = 0;  // that forward_batch() ran last; 0 after other runs
};

// Of pictures that lie as an Image's do. Errors: usage, where one has not as many values as it should.
Result<std::vector<PictureView>> views_of(std::span<const Image> pictures);

}  // namespace nightjar
