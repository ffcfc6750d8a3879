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

void add_up(std::vector<LossReport>& sums, const std::vector<LossReport>& reports) {
  if (sums.empty()) sums.resize(reports.size());
  for (std::size_t i = 0; i < reports.size(); ++i) {
    sums[i].layer = reports[i].layer;
    for (std::size_t part = 0; part < reports[i].parts.size(); ++part)
      sums[i].parts[part] += reports[i].parts[part];
  }
}

// A stage a line: backward, updates, passes, plan, parameters, memory.
Result<std::unique_ptr<Learner>> Learner::create(Graph graph, std::unique_ptr<ParameterSource> source,
                                                 const Recipe& recipe, const ModelOptions& options) {
  std::unique_ptr<Learner> made(new Learner);
  auto backward = differentiate(std::move(graph));
  if (!backward) return backward.error();
  if (options.precision == Precision::fp16) backward = scale_losses(std::move(*backward));
  Graph whole = add_updates(std::move(*backward), recipe.updates);
  made->seed_ = recipe.schedule.seed;
  made->graph_ = walk_steps(run_passes(std::move(whole), {.vary_parameters = true}));
  auto chosen = choose_backend(options);
  if (!chosen) return chosen.error();
  made->backend_ = std::move(chosen->backend);
  if (auto planned = made->backend_->plan(made->graph_); !planned) return planned.error();
  if (auto packed = made->backend_->read_and_pack(std::move(source)); !packed) return packed.error();
  auto executor = made->backend_->make_executor(recipe.images_of_a_run(), options.threads);
  if (!executor) return executor.error();
  made->executor_ = std::move(*executor);
  if (auto done = made->begin_loss_scale(recipe.images_of_an_update()); !done) return done.error();
  return made;
}

Result<void> Learner::begin_loss_scale(int images) {
  const int value = graph_.training->loss_scale;
  return value < 0 ? Result<void>() : executor_->write(value, 0, LossScale::begin(images).values());
}

Result<std::optional<LossScale>> Learner::loss_scale() const {
  const int value = graph_.training->loss_scale;
  if (value < 0) return std::optional<LossScale>();
  std::vector<float> values;
  if (auto done = executor_->read(value, values, 0); !done) return done.error();
  return std::optional(LossScale::at(values.data()));
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

Result<void> Learner::forget(int sequence) {
  for (const int memory : memories()) {
    const std::vector<float> nothing(static_cast<std::size_t>(graph_.shape(memory).size()));
    if (auto done = executor_->write(memory, sequence, nothing); !done) return done;
  }
  return {};
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

// The values that outlive updates. The sums of gradients do not: an update leaves nothing of them.
std::vector<int> Learner::states() const {
  std::vector<int> all;
  for (int value = 0; value < static_cast<int>(graph_.values.size()); ++value) {
    const GraphValue& v = graph_.values[static_cast<std::size_t>(value)];
    const bool is_sum = std::any_of(graph_.training->trained.begin(), graph_.training->trained.end(),
                                    [&](const Training::Trained& trained) { return trained.sum == value; });
    if (v.kind == Kind::state && !v.per_image && !is_sum) all.push_back(value);
  }
  return all;
}

// What one run leaves for the next: the first step's, where there are several.
std::vector<int> Learner::memories() const {
  std::vector<int> all;
  for (const Node& node : graph_.nodes)
    if (node.walk == Walk::at_once && is_memory(graph_.values[static_cast<std::size_t>(node.outputs[0])]))
      all.push_back(node.outputs[0]);
  return all;
}

Result<Learned> Learner::learned() const {
  Learned all;
  for (std::size_t i = 0; i < graph_.parameters.size(); ++i) {
    auto values = parameter(static_cast<int>(i));
    if (!values) return values.error();
    all.parameters.push_back(std::move(*values));
  }
  for (const int state : states())
    if (auto done = executor_->read(state, all.states.emplace_back(), 0); !done) return done.error();
  for (const int memory : memories()) {
    for (int sequence = 0; sequence < sequences(); ++sequence) {
      auto done = executor_->read(memory, all.memories.emplace_back(), sequence);
      if (!done) return done.error();
    }
  }
  return all;
}

Result<void> Learner::restore(const Learned& learned) {
  const std::vector<int> states = this->states();
  bool fits = learned.parameters.size() == graph_.parameters.size() && learned.states.size() == states.size();
  for (std::size_t i = 0; fits && i < states.size(); ++i)
    fits = static_cast<std::int64_t>(learned.states[i].size()) == graph_.shape(states[i]).size();
  for (std::size_t i = 0; fits && i < learned.parameters.size(); ++i)
    fits = static_cast<std::int64_t>(learned.parameters[i].size()) == graph_.parameters[i].count;
  const std::vector<int> memories = this->memories();
  const auto places = static_cast<std::size_t>(sequences());
  fits = fits && (learned.memories.empty() || learned.memories.size() == memories.size() * places);
  for (std::size_t i = 0; fits && i < learned.memories.size(); ++i)
    fits = static_cast<std::int64_t>(learned.memories[i].size()) == graph_.shape(memories[i / places]).size();
  if (!fits)
    return Error{Failure::malformed,
                 graph_.file + ": what was learned is of another network, optimiser or precision"};
  for (std::size_t i = 0; i < learned.parameters.size(); ++i) {
    auto done = executor_->write_parameter(static_cast<int>(i), learned.parameters[i]);
    if (!done) return done;
  }
  for (std::size_t i = 0; i < states.size(); ++i)
    if (auto done = executor_->write(states[i], 0, learned.states[i]); !done) return done;
  for (std::size_t i = 0; i < learned.memories.size(); ++i) {
    const int sequence = static_cast<int>(i % places);
    if (auto done = executor_->write(memories[i / places], sequence, learned.memories[i]); !done) return done;
  }
  return {};
}

}  // namespace nightjar
