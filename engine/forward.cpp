// Raw inputs through a network, and what it makes of them, layer by layer.
#include <algorithm>
#include <numeric>
#include <utility>

#include "engine/model.h"

namespace nightjar {
namespace {

Error wrong_inputs(std::size_t values, const Graph& graph, int batch) {
  const std::string most = batch == 1 ? "" : " an image, of " + std::to_string(batch) + " at most";
  return {Failure::usage, "an input of " + std::to_string(values) + " values; " + graph.file + " reads " +
                              std::to_string(graph.input.size()) + most};
}

bool is_whole(std::size_t values, const Graph& graph, int batch) {
  const auto each = static_cast<std::size_t>(graph.input.size());
  return values > 0 && values % each == 0 && values / each <= static_cast<std::size_t>(batch);
}

}  // namespace

Result<void> Context::forward_batch(std::span<const float> inputs, std::span<const int> layers,
                                    const BatchObserver& observer) {
  const Graph& graph = impl_->model->graph;
  Executor& executor = *impl_->executor;
  if (!is_whole(inputs.size(), graph, executor.batch()))
    return wrong_inputs(inputs.size(), graph, executor.batch());
  const auto each = static_cast<std::size_t>(graph.input.size());
  const int images = static_cast<int>(inputs.size() / each);
  for (int n = 0; n < images; ++n) {
    const auto one = inputs.subspan(static_cast<std::size_t>(n) * each, each);
    if (auto done = executor.write(Graph::input_value, n, one); !done) return done;
  }
  std::vector<float> values;
  const auto report = [&](int value) -> Result<void> {
    for (const int layer : layers) {
      if (graph.layer_output[static_cast<std::size_t>(layer)] != value) continue;
      for (int n = 0; n < images; ++n) {
        if (auto done = executor.read(value, values, n); !done) return done;
        observer({layer, n, graph.shape(value), values});
      }
    }
    return {};
  };
  impl_->raw_images = images;
  return executor.run(images, layers.empty() ? nullptr : Executor::After(report));
}

Result<std::vector<float>> Context::forward(std::span<const float> input, const LayerObserver& observer) {
  const Graph& graph = impl_->model->graph;
  if (!is_whole(input.size(), graph, 1)) return wrong_inputs(input.size(), graph, 1);
  std::vector<int> layers(observer ? graph.layer_output.size() : 0);
  std::iota(layers.begin(), layers.end(), 0);
  const auto report = [&](const LayerValues& seen) { observer(seen.layer, seen.shape, seen.values); };
  if (auto done = forward_batch(input, layers, report); !done) return done.error();
  std::vector<float> values;
  if (auto done = impl_->executor->read(graph.output, values); !done) return done.error();
  return values;
}

Result<std::vector<float>> Context::values(int layer, int image) {
  const Graph& graph = impl_->model->graph;
  const auto count = static_cast<int>(graph.layer_output.size());
  const int value = layer >= 0 && layer < count ? graph.layer_output[static_cast<std::size_t>(layer)] : -1;
  if (value < 0 || graph.values[static_cast<std::size_t>(value)].kind != Kind::result) {
    return Error{Failure::usage,
                 graph.file + ": the values of layer " + std::to_string(layer) +
                     " are not there after a run; those of detection layers and the last are"};
  }
  if (image < 0 || image >= impl_->raw_images) {
    return Error{Failure::usage, graph.file + ": there is no image " + std::to_string(image) +
                                     "; the last run of raw inputs had " + std::to_string(impl_->raw_images)};
  }
  std::vector<float> values;
  if (auto done = impl_->executor->read(value, values, image); !done) return done.error();
  return values;
}

Result<std::vector<Boxes>> Context::boxes(std::span<const PictureSize> pictures,
                                          const DetectOptions& options) {
  const Graph& graph = impl_->model->graph;
  if (graph.heads.empty())
    return Error{Failure::usage, graph.file + ": has no detection layer; it does not find boxes"};
  if (static_cast<int>(pictures.size()) != impl_->raw_images) {
    return Error{Failure::usage, graph.file + ": sizes of " + std::to_string(pictures.size()) +
                                     " pictures; the last run of raw inputs had " +
                                     std::to_string(impl_->raw_images)};
  }
  return impl_->boxes(pictures, options);
}

}  // namespace nightjar
