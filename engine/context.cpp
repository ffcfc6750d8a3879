// Contexts, and what Model does with the ones it keeps.
#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/model.h"

namespace nightjar {
namespace {

Result<void> check_picture(const PictureView& picture, const Graph& graph) {
  if (auto fits = check_view(picture); !fits) return fits;
  if (picture.channels != graph.input.c) {
    return Error{Failure::usage, "a picture of " + words_for(picture) + " does not fit " + graph.file +
                                     ", which reads " + std::to_string(graph.input.c) + " channels"};
  }
  return {};
}

}  // namespace

Result<std::vector<PictureView>> views_of(std::span<const Image> pictures) {
  for (const Image& picture : pictures) {
    const std::int64_t values = std::int64_t{picture.width} * picture.height * picture.channels;
    if (values < 1 || picture.pixels.size() != static_cast<std::size_t>(values)) {
      return Error{Failure::usage, "a picture of " + words_for(picture) + " has " +
                                       std::to_string(picture.pixels.size()) +
                                       " values; width x height x channels are needed"};
    }
  }
  return std::vector<PictureView>(pictures.begin(), pictures.end());
}

Result<void> run_batches(const Graph& graph, Executor& executor, std::span<const PictureView> pictures,
                         Fit fit, const std::function<Result<void>(std::span<const PictureView>)>& each) {
  for (const PictureView& picture : pictures) {
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
  return Context(std::make_unique<Impl>(Impl{.model = model.impl_, .executor = std::move(*executor)}));
}

Result<std::vector<Boxes>> Context::detect(std::span<const Image> pictures, const DetectOptions& options) {
  const auto views = views_of(pictures);
  if (!views) return views.error();
  return detect(*views, options);
}

Result<std::vector<std::vector<float>>> Context::classify(std::span<const Image> pictures,
                                                          const ClassifyOptions& options) {
  const auto views = views_of(pictures);
  if (!views) return views.error();
  return classify(*views, options);
}

Result<void> Context::run(int count) {
  impl_->raw_images = 0;
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

// Pictures are no sequence: where the network has a state, each batch begins anew.
template <class Part, class Compute>
Result<std::vector<Part>> Model::in_batches(std::span<const PictureView> pictures, int batch,
                                            Compute compute) const {
  const int used = std::min(batch, std::max(1, static_cast<int>(pictures.size())));
  return with_context(used, [&](Context& context) -> Result<std::vector<Part>> {
    if (!has_state()) return compute(context, pictures);
    std::vector<Part> all;
    const auto most = static_cast<std::size_t>(used);
    for (std::size_t first = 0; first < pictures.size(); first += most) {
      if (auto done = context.reset(); !done) return done.error();
      auto part = compute(context, pictures.subspan(first, std::min(most, pictures.size() - first)));
      if (!part) return part.error();
      std::move(part->begin(), part->end(), std::back_inserter(all));
    }
    return all;
  });
}

Result<Boxes> Model::detect(const Image& picture, const DetectOptions& options) const {
  auto boxes = detect(std::span(&picture, 1), options, 1);
  if (!boxes) return boxes.error();
  return std::move(boxes->front());
}

Result<std::vector<Boxes>> Model::detect(std::span<const Image> pictures, const DetectOptions& options,
                                         int batch) const {
  const auto views = views_of(pictures);
  if (!views) return views.error();
  return detect(*views, options, batch);
}

Result<std::vector<Boxes>> Model::detect(std::span<const PictureView> pictures, const DetectOptions& options,
                                         int batch) const {
  return in_batches<Boxes>(pictures, batch, [&](Context& context, std::span<const PictureView> part) {
    return context.detect(part, options);
  });
}

Result<std::vector<float>> Model::classify(const Image& picture, const ClassifyOptions& options) const {
  const auto views = views_of(std::span(&picture, 1));
  if (!views) return views.error();
  auto scores = classify(*views, options, 1);
  if (!scores) return scores.error();
  return std::move(scores->front());
}

Result<std::vector<std::vector<float>>> Model::classify(std::span<const PictureView> pictures,
                                                        const ClassifyOptions& options, int batch) const {
  return in_batches<std::vector<float>>(
      pictures, batch,
      [&](Context& context, std::span<const PictureView> part) { return context.classify(part, options); });
}

Result<std::vector<float>> Model::forward(std::span<const float> input, const LayerObserver& observer) const {
  return with_context(1, [&](Context& context) { return context.forward(input, observer); });
}

}  // namespace nightjar
