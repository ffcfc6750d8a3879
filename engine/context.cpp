// Contexts, and what Model does with the ones it keeps.
#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/model.h"

namespace nightjar {
namespace {

Result<void> check_picture(const Image& picture, const Graph& graph) {
  const std::string size = std::to_string(picture.width) + "x" + std::to_string(picture.height) + "x" +
                           std::to_string(picture.channels);
  if (picture.width < 1 || picture.height < 1 || picture.channels < 1 ||
      picture.pixels.size() !=
          static_cast<std::size_t>(std::int64_t{picture.width} * picture.height * picture.channels)) {
    return Error{Failure::usage, "a picture of " + size + " has " + std::to_string(picture.pixels.size()) +
                                     " values; width x height x channels are needed"};
  }
  if (picture.channels != graph.input.c) {
    return Error{Failure::usage, "a picture of " + size + " does not fit " + graph.file + ", which reads " +
                                     std::to_string(graph.input.c) + " channels"};
  }
  return {};
}

Result<void> check_input(std::span<const float> values, const Graph& graph) {
  if (static_cast<std::int64_t>(values.size()) == graph.input.size()) return {};
  return Error{Failure::usage, "an input of " + std::to_string(values.size()) + " values; " + graph.file +
                                   " reads " + std::to_string(graph.input.size())};
}

}  // namespace

Result<void> run_batches(const Graph& graph, Executor& executor, std::span<const Image> pictures, Fit fit,
                         const std::function<Result<void>(std::span<const Image>)>& each) {
  for (const Image& picture : pictures) {
    if (auto fits = check_picture(picture, graph); !fits) return fits;
  }
  const auto most = static_cast<std::size_t>(executor.batch());
  for (std::size_t first = 0; first < pictures.size(); first += most) {
    const auto batch = pictures.subspan(first, std::min(most, pictures.size() - first));
    if (auto done = executor.fit(batch, fit); !done) return done;
    if (auto done = executor.run(static_cast<int>(batch.size())); !done) return done;
    if (auto done = each(batch); !done) return done;
  }
  return {};
}

Context::Context(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Context::Context(Context&&) noexcept = default;
Context& Context::operator=(Context&&) noexcept = default;
Context::~Context() = default;

Result<Context> Context::create(const Model& model, int batch, int threads) {
  if (batch < 1)
    return Error{Failure::usage, "a batch of " + std::to_string(batch) + " pictures; at least 1 is needed"};
  if (!model.impl_->has_weights)
    return Error{Failure::usage, model.impl_->graph.file + ": is planned alone, without weights to run with"};
  auto executor = model.impl_->backend->make_executor(batch, threads);
  if (!executor) return executor.error();
  return Context(std::make_unique<Impl>(Impl{model.impl_, std::move(*executor)}));
}

Result<void> Context::write_input(int image, std::span<const float> values) {
  const Graph& graph = impl_->model->graph;
  if (auto fits = check_input(values, graph); !fits) return fits;
  if (image < 0 || image >= impl_->executor->batch())
    return Error{Failure::usage, "image " + std::to_string(image) + " of a batch of " +
                                     std::to_string(impl_->executor->batch()) + "; they are numbered from 0"};
  return impl_->executor->write(Graph::input_value, image, values);
}

Result<void> Context::run(int count) {
  for (int i = 0; i < count; ++i)
    if (auto done = impl_->executor->run(impl_->executor->batch()); !done) return done;
  return impl_->executor->wait();
}

void Context::use_threads(int threads) {
  impl_->executor->use_threads(threads);
}

Result<void> Context::reset() {
  return impl_->executor->reset();
}

Result<void> Context::set_parameter(int parameter, std::span<const float> values) {
  const Graph& graph = impl_->model->graph;
  const auto count = static_cast<int>(graph.parameters.size());
  if (parameter < 0 || parameter >= count) {
    return Error{Failure::usage, graph.file + ": there is no parameter " + std::to_string(parameter) +
                                     "; it has " + std::to_string(count) + ", numbered from 0"};
  }
  return impl_->executor->write_parameter(parameter, values);
}

Result<std::vector<StepTime>> Context::profile() {
  return impl_->executor->profile();
}

Result<std::vector<float>> Context::forward(std::span<const float> input, const LayerObserver& observer) {
  const Graph& graph = impl_->model->graph;
  Executor& executor = *impl_->executor;
  if (auto fits = check_input(input, graph); !fits) return fits.error();
  if (auto done = executor.write(Graph::input_value, 0, input); !done) return done.error();
  std::vector<float> values;
  const auto report = [&](int value) -> Result<void> {
    for (std::size_t layer = 0; layer < graph.layer_output.size(); ++layer) {
      if (graph.layer_output[layer] != value) continue;
      if (auto done = executor.read(value, values); !done) return done;
      observer(static_cast<int>(layer), graph.shape(value), values);
    }
    return {};
  };
  if (auto done = executor.run(1, observer ? Executor::After(report) : nullptr); !done) return done.error();
  if (auto done = executor.read(graph.output, values); !done) return done.error();
  return values;
}

// Lends a kept context, or makes one, and takes it back. What it remembers of earlier calls is forgotten.
template <class F>
auto Model::with_context(int batch, F use) const -> decltype(use(std::declval<Context&>())) {
  std::optional<Context> context;
  {
    const std::lock_guard lock(impl_->mutex);
    const auto fits = std::find_if(impl_->idle.begin(), impl_->idle.end(),
                                   [&](const Context& c) { return c.impl_->executor->batch() == batch; });
    if (fits != impl_->idle.end()) {
      context = std::move(*fits);
      impl_->idle.erase(fits);
    }
  }
  if (!context) {
    auto made = Context::create(*this, batch);
    if (!made) return made.error();
    // A kept context must not keep the model that keeps it.
    made->impl_->model = std::shared_ptr<const Impl>(std::shared_ptr<const Impl>(), impl_.get());
    context = std::move(*made);
  }
  if (auto done = context->reset(); !done) return done.error();
  auto result = use(*context);
  const std::lock_guard lock(impl_->mutex);
  impl_->idle.push_back(std::move(*context));
  return result;
}

Result<Boxes> Model::detect(const Image& picture, const DetectOptions& options) const {
  auto boxes = detect(std::span(&picture, 1), options, 1);
  if (!boxes) return boxes.error();
  return std::move(boxes->front());
}

Result<std::vector<Boxes>> Model::detect(std::span<const Image> pictures, const DetectOptions& options,
                                         int batch) const {
  const int used = std::min(batch, std::max(1, static_cast<int>(pictures.size())));
  return with_context(used, [&](Context& context) -> Result<std::vector<Boxes>> {
    if (!has_state()) return context.detect(pictures, options);
    // Pictures are no sequence: each batch begins anew.
    std::vector<Boxes> all;
    for (std::size_t first = 0; first < pictures.size(); first += static_cast<std::size_t>(used)) {
      if (auto done = context.reset(); !done) return done.error();
      const std::size_t count =
          std::min<std::size_t>(static_cast<std::size_t>(used), pictures.size() - first);
      auto boxes = context.detect(pictures.subspan(first, count), options);
      if (!boxes) return boxes.error();
      std::move(boxes->begin(), boxes->end(), std::back_inserter(all));
    }
    return all;
  });
}

Result<std::vector<float>> Model::classify(const Image& picture, const ClassifyOptions& options) const {
  auto scores =
      with_context(1, [&](Context& context) { return context.classify(std::span(&picture, 1), options); });
  if (!scores) return scores.error();
  return std::move(scores->front());
}

Result<std::vector<float>> Model::forward(std::span<const float> input, const LayerObserver& observer) const {
  return with_context(1, [&](Context& context) { return context.forward(input, observer); });
}

Shape Model::input() const {
  return impl_->graph.input;
}
Shape Model::output() const {
  return impl_->graph.shape(impl_->graph.output);
}
std::vector<LayerInfo> Model::layer_infos() const {
  return impl_->layer_infos;
}
int Model::layers() const {
  return static_cast<int>(impl_->graph.layer_output.size());
}
int Model::classes() const {
  return impl_->graph.heads.empty() ? 0 : classes_of(impl_->graph.heads.front());
}
bool Model::detects() const {
  return !impl_->graph.heads.empty();
}
std::vector<int> Model::head_layers() const {
  std::vector<int> layers;
  for (const Head& head : impl_->graph.heads) layers.push_back(base(head).layer);
  return layers;
}
bool Model::has_state() const {
  return nightjar::has_state(impl_->graph);
}
std::vector<ParameterInfo> Model::parameters() const {
  std::vector<ParameterInfo> all;
  for (const Parameter& p : impl_->graph.parameters) all.push_back({p.layer, p.part, p.name, p.count});
  return all;
}
bool Model::has_class_tree() const {
  return impl_->graph.class_tree.has_value();
}
bool Model::letterbox() const {
  return impl_->graph.letterbox;
}
bool Model::stretched() const {
  return !impl_->graph.heads.empty() && base(impl_->graph.heads.back()).stretched;
}
double Model::gflop() const {
  return impl_->gflop;
}
const std::string& Model::device() const {
  return impl_->backend->device();
}
const std::string& Model::device_note() const {
  return impl_->device_note;
}
const std::string& Model::isa() const {
  return impl_->backend->isa();
}
const std::vector<std::string>& Model::warnings() const {
  return impl_->graph.warnings;
}
std::string Model::explain() const {
  return impl_->backend->explain();
}
std::string Model::layer_table() const {
  return impl_->layer_table;
}

}  // namespace nightjar
