#include "apps/nightjar/bench/training_step.h"

#include <chrono>
#include <utility>

#include "apps/nightjar/bench/check.h"
#include "engine/build.h"
#include "engine/host/cfg_file.h"
#include "engine/host/cores.h"
#include "engine/model.h"
#include "engine/train/example_boxes.h"
#include "engine/train/initialise.h"
#include "engine/train/learner.h"
#include "engine/train/random.h"

namespace nightjar {
namespace {

constexpr std::uint64_t seed = 1;

// Some boxes of all sizes and classes; of a classifier, one class.
std::vector<float> made_up_truth(const Graph& graph, int image) {
  const Shape& shape = graph.shape(graph.training->truth);
  Random random(seed, static_cast<std::uint64_t>(image));
  if (graph.heads.empty()) {
    std::vector<float> values(static_cast<std::size_t>(shape.size()));
    values[static_cast<std::size_t>(random.below(static_cast<int>(values.size())))] = 1;
    return values;
  }
  std::vector<TrueBox> boxes(12);
  for (TrueBox& box : boxes) {
    box.w = random.between(.05f, .5f), box.h = random.between(.05f, .5f);
    box.x = random.between(box.w / 2, 1 - box.w / 2), box.y = random.between(box.h / 2, 1 - box.h / 2);
    box.class_id = static_cast<float>(random.below(base(graph.heads.front()).classes));
  }
  return truth_of(boxes, shape.c);
}

Result<void> write_examples(Learner& learner) {
  const Graph& graph = learner.graph();
  for (int image = 0; image < learner.batch(); ++image) {
    if (auto done = learner.write_picture(image, made_up_input(graph.input)); !done) return done;
    if (auto done = learner.write_truth(image, made_up_truth(graph, image)); !done) return done;
  }
  return {};
}

Result<Recipe> recipe_of(const Cfg& cfg, int batch) {
  auto recipe = read_recipe(cfg);
  if (recipe && batch > 0) recipe->batch = batch, recipe->subdivisions = 1;
  return recipe;
}

Result<std::unique_ptr<Learner>> make_learner(const NamedModel& network, int batch) {
  const auto cfg = read_cfg(network.cfg);
  if (!cfg) return cfg.error();
  const auto recipe = recipe_of(*cfg, batch);
  if (!recipe) return recipe.error();
  BuildOptions build = build_options(network.options);
  build.learn = true;
  auto graph = build_graph(*cfg, build);
  if (!graph) return graph.error();
  auto learner = Learner::create(std::move(*graph), initialise(seed), *recipe, network.options);
  if (!learner) return learner.error();
  if (auto done = write_examples(**learner); !done) return done.error();
  return learner;
}

double gflop_of(const Graph& graph) {
  double sum = 0;
  for (const Node& node : graph.nodes) sum += static_cast<double>(node.op.flops()) * 1e-9;
  return sum;
}

}  // namespace

Result<BenchResult> run_training_bench(ModelArguments arguments, const BenchPlan& plan) {
  arguments.synth = true;
  auto network = find_model(arguments);
  if (!network) return network.error();
  if (network->options.threads == 0) network->options.threads = available_cores();
  const auto began = std::chrono::steady_clock::now();
  const auto learner = make_learner(*network, plan.batch);
  if (!learner) return learner.error();
  const std::chrono::duration<double, std::milli> load = std::chrono::steady_clock::now() - began;
  std::uint64_t seen = 0;
  const Rates rates{.rate = 1e-4f, .share = 1 / static_cast<float>((*learner)->batch())};
  const auto step = [&]() -> Result<void> {
    if (auto reports = (*learner)->run(seen += static_cast<std::uint64_t>((*learner)->batch())); !reports)
      return reports.error();
    return (*learner)->update(rates);
  };
  auto measured = measure(std::vector<Pass>{step}, plan.repeat);
  if (!measured) return measured.error();
  const Graph& graph = (*learner)->graph();
  BenchResult result{.cfg = network->cfg,
                     .machine = {(*learner)->device(), (*learner)->isa(), network->options.threads},
                     .made_up_weights = true,
                     .training = true,
                     .width = graph.input.w,
                     .height = graph.input.h,
                     .batch = (*learner)->batch(),
                     .gflop = gflop_of(graph),
                     .load_ms = load.count(),
                     .resident_bytes = peak_resident_bytes()};
  result.timings = std::move(measured->passes);
  result.pictures_per_s = result.batch * 1000 / result.timings.best();
  if (!plan.layers) return result;
  auto steps = profile_steps([&] { return (*learner)->profile(); }, plan.profile_passes());
  if (!steps) return steps.error();
  result.steps = std::move(*steps);
  return result;
}

}  // namespace nightjar
