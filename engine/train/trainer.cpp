#include "engine/train/trainer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/build.h"
#include "engine/model.h"
#include "engine/train/initialise.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

bool is_finite(const std::vector<float>& values) {
  return std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); });
}

// A cycle as long as the training is still so when that has another length.
void plan_updates(Schedule& schedule, const TrainerOptions& options) {
  schedule.seed = static_cast<unsigned>(options.seed);
  if (options.updates == 0) return;
  if (schedule.cycle == schedule.updates) schedule.cycle = options.updates;
  schedule.updates = options.updates;
}

// The fingerprint and the choices that a checkpoint was made under, against those of now: why it cannot go
// on.
Result<void> check_terms(const Checkpoint& checkpoint, const Checkpoint& now, const std::string& cfg) {
  const auto another = [&](const std::string& what) -> Result<void> {
    return Error{Failure::usage, cfg + ": the checkpoint is of a training " + what +
                                     "; resume with the same, or train anew without --resume"};
  };
  if (checkpoint.cfg != now.cfg) return another("by another cfg, or this one was changed since");
  if (checkpoint.seed != now.seed) return another("with seed " + std::to_string(checkpoint.seed));
  if (checkpoint.frozen != now.frozen)
    return another("with " + std::to_string(checkpoint.frozen) + " layers frozen");
  if (checkpoint.size != now.size)
    return another("on " + std::to_string(checkpoint.size) + (now.material == 0 ? " pictures" : " bytes") +
                   ", not " + std::to_string(now.size));
  if (checkpoint.material != now.material) return another("on another text");
  return {};
}

}  // namespace

// A stage a line: what the cfg says, the graph, what it starts from, lessons.
Result<std::unique_ptr<Trainer>> Trainer::create(const std::string& text, const std::string& file,
                                                 const Material& material, Start start,
                                                 const TrainerOptions& options) {
  std::unique_ptr<Trainer> made(new Trainer);
  made->options_ = options;
  auto cfg = parse_cfg(text, file);
  if (!cfg) return cfg.error();
  made->cfg_ = std::move(*cfg);
  auto recipe = read_recipe(made->cfg_);
  if (!recipe) return recipe.error();
  made->recipe_ = std::move(*recipe);
  plan_updates(made->recipe_.schedule, options);
  made->options_.updates = made->recipe_.schedule.updates;
  if (made->options_.updates < 1)
    return Error{Failure::usage, file + ": max_batches is missing; it says how many updates a training has"};
  auto sizes = read_input_sizes(made->cfg_);
  if (!sizes) return sizes.error();
  made->sizes_ = {sizes->range, sizes->step, made->options_.updates, options.seed};
  made->terms_ = {.cfg = fingerprint(text),
                  .seed = options.seed,
                  .frozen = options.frozen,
                  .material = material.fingerprint,
                  .size = material.size,
                  .updates = made->options_.updates};
  if (auto done = made->start_from(std::move(start)); !done) return done.error();
  if (auto done = made->open_lessons(material); !done) return done.error();
  return made;
}

Result<Graph> Trainer::graph_at(const Shape& size) const {
  BuildOptions build = build_options(options_.model);
  build.width = size.w;
  build.height = size.h;
  build.learn = true;
  auto graph = build_graph(cfg_, build);
  if (!graph) return graph.error();
  if (graph->training->losses.empty())
    return Error{Failure::usage, cfg_.file +
                                     ": no layer of it has a loss; [yolo], [region], [softmax] or "
                                     "[cost] is needed to train it"};
  graph->training->frozen = std::max(graph->training->frozen, options_.frozen - 1);
  return graph;
}

Result<void> Trainer::start_from(Start start) {
  auto graph = graph_at({});
  if (!graph) return graph.error();
  input_ = graph->input;
  if (start.checkpoint) {
    if (auto fine = check_terms(*start.checkpoint, terms_, cfg_.file); !fine) return fine;
    update_ = start.checkpoint->update;
    seen_ = start.checkpoint->seen;
    terms_.served = start.checkpoint->served;
    start.weights.clear();
  }
  auto source = open_start(start.weights, *graph);
  if (!source) return source.error();
  auto learner = Learner::create(std::move(*graph), std::move(*source), recipe_, options_.model);
  if (!learner) return learner.error();
  learner_ = std::move(*learner);
  if (!start.checkpoint) return {};
  if (auto done = learner_->restore(start.checkpoint->learned); !done) return done;
  const auto scale = learner_->loss_scale();
  if (!scale) return scale.error();
  if (*scale) left_out_updates_ = (*scale)->left_out;
  return {};
}

Result<void> Trainer::open_lessons(const Material& material) {
  auto lessons = material.open(cfg_, *learner_,
                               {.seed = options_.seed,
                                .served = terms_.served,
                                .threads = std::max(1, options_.model.threads),
                                .told = options_.told});
  if (!lessons) return lessons.error();
  lessons_ = std::move(*lessons);
  return {};
}

Result<std::unique_ptr<ParameterSource>> Trainer::open_start(const std::string& weights, const Graph& graph) {
  if (weights.empty()) return initialise(options_.seed);
  auto held = open_held_weights(weights, graph);
  if (!held) return held.error();
  if (held->arrays < graph.parameters.size()) first_drawn_ = graph.parameters[held->arrays].layer;
  if (!options_.clear) {
    seen_ = held->seen;
    if (auto fine = go_on_at(seen_ / static_cast<std::uint64_t>(recipe_.images_of_an_update())); !fine)
      return fine.error();
  }
  return continue_from(std::move(*held), options_.seed);
}

// As Darknet does, whose weights tell how many pictures they have seen.
Result<void> Trainer::go_on_at(std::uint64_t update) {
  if (update >= static_cast<std::uint64_t>(options_.updates))
    return Error{Failure::usage, cfg_.file + ": the weights have seen the pictures of " +
                                     std::to_string(update) + " updates, and max_batches is " +
                                     std::to_string(options_.updates) +
                                     "; to begin anew with them, let these not count (--clear)"};
  update_ = static_cast<int>(update);
  return {};
}

// Another input size is another graph, which goes on with what was learned.
Result<void> Trainer::take_size(int update) {
  const Shape size = sizes_.of(update, input_);
  if (size == learner_->graph().input) return {};
  auto learned = learner_->learned();
  if (!learned) return learned.error();
  learned->memories.clear();
  auto graph = graph_at(size);
  if (!graph) return graph.error();
  learner_.reset();
  auto learner =
      Learner::create(std::move(*graph), from_memory(learned->parameters), recipe_, options_.model);
  if (!learner) return learner.error();
  learner_ = std::move(*learner);
  return learner_->restore(*learned);
}

Result<UpdateReport> Trainer::update() {
  const int number = update_ + 1;
  if (auto done = take_size(number); !done) return done.error();
  const Shape& input = learner_->graph().input;
  UpdateReport report{
      .update = number, .width = input.w, .height = input.h, .images = recipe_.images_of_an_update()};
  for (int i = 0; i < recipe_.subdivisions; ++i)
    if (auto done = run(report); !done) return done.error();
  const Rates rates = recipe_.rates(number);
  if (auto done = learner_->update(rates); !done) return done.error();
  if (auto done = follow_loss_scale(report); !done) return done.error();
  update_ = number;
  report.rate = rates.rate;
  for (const LossReport& layer : report.layers)
    report.loss += layer.loss() / static_cast<double>(report.layers.size()) / report.images;
  return report;
}

Result<void> Trainer::run(UpdateReport& report) {
  if (auto done = lessons_->write(*learner_); !done) return done;
  seen_ += static_cast<std::uint64_t>(learner_->batch());
  const auto reports = learner_->run(seen_);
  if (!reports) return reports.error();
  for (const LossReport& loss : *reports)
    if (!std::isfinite(loss.loss())) return diverged(loss);
  add_up(report.layers, *reports);
  return {};
}

Result<void> Trainer::follow_loss_scale(UpdateReport& report) {
  constexpr float least = 0x1p-24f;  // gradients that are no numbers at it are not too large
  const auto scale = learner_->loss_scale();
  if (!scale) return scale.error();
  if (!*scale) return {};
  report.loss_scale = (*scale)->scale;
  report.left_out = (*scale)->left_out > left_out_updates_;
  left_out_updates_ = (*scale)->left_out;
  if (*report.loss_scale < least)
    return diverged(report.update, "gradients are no numbers however small the loss is scaled");
  return {};
}

std::optional<int> Trainer::broken_layer() const {
  for (std::size_t i = 0; i < learner_->graph().parameters.size(); ++i) {
    const auto values = learner_->parameter(static_cast<int>(i));
    if (values && !is_finite(*values)) return learner_->graph().parameters[i].layer;
  }
  return std::nullopt;
}

std::string Trainer::name_of(int layer) const {
  return "layer " + std::to_string(layer) + " [" +
         learner_->graph().layer_type[static_cast<std::size_t>(layer)] + "]";
}

Error Trainer::diverged(const LossReport& loss) const {
  const std::optional<int> broken = broken_layer();
  return diverged(update_ + 1, "the loss of " + name_of(loss.layer) + " is no number" +
                                   (broken ? ", nor are the parameters of " + name_of(*broken) : ""));
}

Error Trainer::diverged(int update, const std::string& found) const {
  return {Failure::diverged, cfg_.file + ": update " + std::to_string(update) + ": " + found +
                                 "; a lower learning_rate, a longer burn_in or correct labels may help"};
}

double Trainer::epochs() const {
  return static_cast<double>(lessons_->served()) / std::max(1, terms_.size);
}

Result<std::vector<std::vector<float>>> Trainer::weights() const {
  std::vector<std::vector<float>> all;
  for (std::size_t i = 0; i < learner_->graph().parameters.size(); ++i) {
    auto values = learner_->average(static_cast<int>(i));
    if (!values) return values.error();
    all.push_back(std::move(*values));
  }
  return all;
}

Result<Checkpoint> Trainer::checkpoint() const {
  auto learned = learner_->learned();
  if (!learned) return learned.error();
  if (const auto broken = broken_layer())
    return diverged(update_, "the parameters of " + name_of(*broken) + " are no numbers");
  Checkpoint checkpoint = terms_;
  checkpoint.update = update_;
  checkpoint.seen = seen_;
  checkpoint.served = lessons_->served();
  checkpoint.learned = std::move(*learned);
  return checkpoint;
}

}  // namespace nightjar
