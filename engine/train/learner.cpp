#include "engine/train/learner.h"

#include <algorithm>
#include <utility>

#include "engine/passes/passes.h"
#include "engine/passes/training.h"
#include "engine/plan/pack.h"
#include "kernels/ops/draw.h"

namespace nightjar {

double LossReport::loss() const {
  const double pairs = parts[LossParts::pairs];
  return parts[LossParts::sum] + (pairs > 0 ? parts[LossParts::pair_sum] / pairs : 0);
}

// A stage a line: backward, updates, passes, plan, parameters, memory.
Result<std::unique_ptr<Learner>> Learner::create(Graph graph, std::unique_ptr<ParameterSource> source,
                                                 const Recipe& recipe, const ModelOptions& options) {
  std::unique_ptr<Learner> made(new Learner);
  auto backward = differentiate(std::move(graph));
  if (!backward) return backward.error();
  Graph whole = add_updates(std::move(*backward), recipe.updates);
  made->seed_ = recipe.schedule.seed;
  made->graph_ = run_passes(std::move(whole), {.vary_parameters = true});
  auto backend = cpu_backend(options);
  if (!backend) return backend.error();
  made->backend_ = std::move(*backend);
  if (auto planned = made->backend_->plan(made->graph_); !planned) return planned.error();
  if (auto packed = made->backend_->read_and_pack(std::move(source)); !packed) return packed.error();
  auto executor = made->backend_->make_executor(recipe.pictures_of_a_run(), options.threads);
  if (!executor) return executor.error();
  made->executor_ = std::move(*executor);
  return made;
}

Result<void> Learner::write_picture(int image, std::span<const float> values) {
  return executor_->write(Graph::input_value, image, values);
}

Result<void> Learner::write_truth(int image, std::span<const float> values) {
  return executor_->write(graph_.training->truth, image, values);
}

Result<std::vector<LossReport>> Learner::run(std::uint64_t seen) {
  if (const int value = graph_.training->seen; value >= 0) {
    const std::array<float, 1> pictures{static_cast<float>(seen)};
    if (auto done = executor_->write(value, 0, pictures); !done) return done.error();
  }
  if (const int value = graph_.training->draw; value >= 0) {
    if (auto done = executor_->write(value, 0, DrawKey{seed_, seen}.values()); !done) return done.error();
  }
  if (auto done = executor_->run(batch()); !done) return done.error();
  std::vector<LossReport> reports;
  std::vector<float> parts;
  for (const Training::Loss& loss : graph_.training->losses) {
    LossReport& report = reports.emplace_back();
    report.layer = loss.layer;
    for (int image = 0; image < batch(); ++image) {
      if (auto done = executor_->read(loss.parts, parts, image); !done) return done.error();
      for (std::size_t i = 0; i < parts.size(); ++i) report.parts[i] += parts[i];
    }
  }
  return reports;
}

Result<void> Learner::update(const Rates& rates) {
  if (auto done = executor_->write(graph_.training->rates, 0, rates.values()); !done) return done;
  return executor_->update();
}

Result<std::vector<float>> Learner::parameter(int index) const {
  return read(index, graph_.parameters[static_cast<std::size_t>(index)].value);
}

Result<std::vector<float>> Learner::average(int index) const {
  const int value = graph_.parameters[static_cast<std::size_t>(index)].value;
  for (const Training::Average& kept : graph_.training->averages)
    if (kept.parameter == value) return read(index, kept.average);
  return read(index, value);
}

Result<std::vector<float>> Learner::read(int index, int value) const {
  std::vector<float> values;
  if (auto done = executor_->read(value, values, 0); !done) return done.error();
  order_as_file(graph_.parameters[static_cast<std::size_t>(index)], values);
  return values;
}

}  // namespace nightjar
