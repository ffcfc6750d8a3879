// Contexts, and what Model does with the ones it keeps.
#include <algorithm>
#include <chrono>
#include <utility>

#include "engine/layer_table.h"
#include "engine/model.h"
#include "engine/plan/explain.h"

namespace nightjar {
namespace {

// The values of one image in (c, h, w) order.
void copy_planar(const Tensor& t, int n, std::vector<float>& to) {
  to.resize(static_cast<std::size_t>(t.shape.size()));
  float* out = to.data();
  for (int c = 0; c < t.shape.c; ++c) {
    for (int y = 0; y < t.shape.h; ++y) {
      const float* row = t.at(n, c, y, 0);
      for (int x = 0; x < t.shape.w; ++x) *out++ = row[std::ptrdiff_t{x} * t.block];
    }
  }
}

void write_planar(std::span<const float> values, const Tensor& to, int n) {
  const float* from = values.data();
  for (int c = 0; c < to.shape.c; ++c) {
    for (int y = 0; y < to.shape.h; ++y, from += to.shape.w) std::copy_n(from, to.shape.w, to.at(n, c, y, 0));
  }
}

}  // namespace

Result<void> check_picture(const Image& picture, const Graph& graph) {
  const std::string size = std::to_string(picture.width) + "x" + std::to_string(picture.height) + "x" +
                           std::to_string(picture.channels);
  if (picture.width < 1 || picture.height < 1 || picture.channels < 1 ||
      picture.pixels.size() != static_cast<std::size_t>(std::int64_t{picture.width} * picture.height * picture.channels)) {
    return Error{Failure::usage, "a picture of " + size + " has " + std::to_string(picture.pixels.size()) +
                                     " values; width x height x channels are needed"};
  }
  if (picture.channels != graph.input.c) {
    return Error{Failure::usage, "a picture of " + size + " does not fit " + graph.file + ", which reads " +
                                     std::to_string(graph.input.c) + " channels"};
  }
  return {};
}

Context::Context(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Context::Context(Context&&) noexcept = default;
Context& Context::operator=(Context&&) noexcept = default;
Context::~Context() = default;

Result<Context> Context::create(const Model& model, int batch, int threads) {
  if (batch < 1) return Error{Failure::usage, "a batch of " + std::to_string(batch) + " pictures; at least 1 is needed"};
  const Model::Impl& m = *model.impl_;
  if (threads < 1) threads = m.options.threads > 0 ? m.options.threads : available_cores();
  auto executor = Executor::create(m.graph, m.plan, m.packed.get(), batch, threads);
  if (!executor) return executor.error();
  return Context(std::make_unique<Impl>(Impl{model.impl_, std::move(*executor)}));
}

void Context::run() { impl_->executor->run(impl_->executor->batch()); }

std::vector<StepTime> Context::profile() {
  using Clock = std::chrono::steady_clock;
  const Graph& graph = impl_->model->graph;
  std::vector<double> milliseconds(graph.nodes.size());
  auto before = Clock::now();
  impl_->executor->run(impl_->executor->batch(), [&](int node) {
    const auto now = Clock::now();
    milliseconds[static_cast<std::size_t>(node)] = std::chrono::duration<double, std::milli>(now - before).count();
    before = now;
  });
  std::vector<StepTime> times;
  for (const Step& step : impl_->model->plan.steps) {
    const Node& node = graph.nodes[static_cast<std::size_t>(step.node)];
    times.push_back({layers_of(graph, step.node), describe(node.op), step.kernel->name, node.shape,
                     milliseconds[static_cast<std::size_t>(step.node)],
                     static_cast<double>(flops(node)) * 1e-9 * impl_->executor->batch()});
  }
  return times;
}

Result<std::vector<float>> Context::forward(std::span<const float> input, const LayerObserver& observer) {
  const Graph& graph = impl_->model->graph;
  Executor& executor = *impl_->executor;
  if (static_cast<std::int64_t>(input.size()) != graph.input.size()) {
    return Error{Failure::usage, "an input of " + std::to_string(input.size()) + " values; " + graph.file + " reads " +
                                     std::to_string(graph.input.size())};
  }
  write_planar(input, executor.input(), 0);
  std::vector<float> values;
  const auto report = [&](int node) {
    for (std::size_t layer = 0; layer < graph.layer_output.size(); ++layer) {
      if (graph.layer_output[layer] != node) continue;
      copy_planar(executor.value(node), 0, values);
      observer(static_cast<int>(layer), executor.value(node).shape, values);
    }
  };
  executor.run(1, observer ? std::function<void(int)>(report) : nullptr);
  copy_planar(executor.value(graph.output), 0, values);
  return values;
}

// Lends a kept context, or makes one, and takes it back.
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

Result<std::vector<Boxes>> Model::detect(std::span<const Image> pictures, const DetectOptions& options, int batch) const {
  const int used = std::min(batch, std::max(1, static_cast<int>(pictures.size())));
  return with_context(used, [&](Context& context) { return context.detect(pictures, options); });
}

Result<std::vector<float>> Model::forward(std::span<const float> input, const LayerObserver& observer) const {
  return with_context(1, [&](Context& context) { return context.forward(input, observer); });
}

Shape Model::input() const { return impl_->graph.input; }
int Model::layers() const { return static_cast<int>(impl_->graph.layer_output.size()); }
int Model::classes() const { return impl_->graph.heads.empty() ? 0 : impl_->graph.heads.front().classes; }
bool Model::detects() const { return !impl_->graph.heads.empty(); }
std::vector<int> Model::head_layers() const {
  std::vector<int> layers;
  for (const Head& head : impl_->graph.heads) layers.push_back(head.layer);
  return layers;
}
bool Model::letterbox() const { return impl_->graph.letterbox; }
double Model::gflop() const { return impl_->gflop; }
const std::string& Model::isa() const { return impl_->plan.isa; }
const std::vector<std::string>& Model::warnings() const { return impl_->graph.warnings; }
std::string Model::explain() const { return nightjar::explain(impl_->graph, impl_->plan); }
std::string Model::layer_table() const { return impl_->layer_table; }

const char* version() { return NIGHTJAR_VERSION; }

}  // namespace nightjar
