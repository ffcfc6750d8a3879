#include "engine/train/recipe.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <string>
#include <utility>

#include "parsers/choice.h"

namespace nightjar {
namespace {

using Policy = Schedule::Policy;

constexpr std::pair<std::string_view, Policy> policies[] = {
    {"constant", Policy::constant}, {"step", Policy::step}, {"steps", Policy::steps},
    {"exp", Policy::exp},           {"poly", Policy::poly}, {"sig", Policy::sig},
    {"random", Policy::random},     {"sgdr", Policy::sgdr}};

Schedule read_schedule(CfgOptions& options) {
  Schedule s;
  s.policy = read_choice(options, "policy", "constant", policies);
  s.rate = options.real("learning_rate", s.rate);
  s.least = options.real("learning_rate_min", s.policy == Policy::sgdr ? 1e-5f : 0);
  s.burn_in = options.integer("burn_in", 0, {.low = 0});
  s.updates = options.integer("max_batches", 0, {.low = 0});
  s.power = options.real("power", s.power);
  s.gamma = options.real("gamma", s.gamma);
  s.scale = options.real("scale", s.scale);
  s.step = options.integer("step", s.step, {.low = 1});
  s.steps = options.integers("steps");
  s.scales = options.reals("scales");
  s.cycle = options.integer("sgdr_cycle", std::max(s.updates, 1), {.low = 1});
  s.multiple = options.integer("sgdr_mult", s.multiple, {.low = 1});
  if (s.policy == Policy::steps && s.steps.size() != s.scales.size())
    options.refuse("scales", "scales has " + std::to_string(s.scales.size()) + " numbers and steps " +
                                 std::to_string(s.steps.size()) + "; one a step is needed");
  return s;
}

// From min to max and back by half a cosine; each cycle is `multiple` times as long as the one before it.
double sgdr_rate(const Schedule& s, int update) {
  std::int64_t start = 0, cycle = s.cycle;
  for (; start + cycle < update; cycle *= s.multiple) start += cycle;
  const double way = static_cast<double>(update - start) / static_cast<double>(cycle);
  return s.least + .5 * (double{s.rate} - s.least) * (1 + std::cos(way * std::numbers::pi));
}

double random_share(unsigned seed, int update) {
  std::seed_seq seeds{seed, static_cast<unsigned>(update)};
  return std::mt19937(seeds)() / 4294967296.;
}

// An average starts as what the parameter is, and is first of few updates.
float kept_of(const Recipe& recipe, int update) {
  const int n = update - recipe.average_start;
  if (n <= 0) return 0;
  return std::min(recipe.average_keeps, static_cast<float>(1 + n) / static_cast<float>(10 + n));
}

// Adam's two momentums, or the one.
void read_optimiser(CfgOptions& options, Recipe& recipe) {
  Optimiser& optimiser = recipe.updates.optimiser;
  if (options.flag("adam", false)) optimiser = Optimiser::adam;
  if (options.flag("adamw", false)) {
    if (optimiser == Optimiser::adam) options.refuse("adamw", "adam=1 and adamw=1; one of them is needed");
    optimiser = Optimiser::adamw;
  }
  recipe.momentum = options.real(optimiser == Optimiser::sgd ? "momentum" : "B1", recipe.momentum);
  recipe.second = options.real("B2", recipe.second);
  recipe.epsilon = options.real("eps", recipe.epsilon);
  recipe.decay = options.real("decay", recipe.decay);
  recipe.updates.longest_gradient = options.real("max_gradient_norm", 0);
  if (!(recipe.updates.longest_gradient >= 0))
    options.refuse("max_gradient_norm", "max_gradient_norm is below 0; a norm is needed, or 0 for none");
}

void read_averages(CfgOptions& options, Recipe& recipe) {
  recipe.average_keeps = options.real("ema_alpha", 0);
  recipe.updates.averages = recipe.average_keeps != 0;
  recipe.average_start = options.integer("ema_start", std::max(recipe.schedule.updates / 2, 1), {.low = 1});
  if (!(recipe.average_keeps >= 0 && recipe.average_keeps < 1))
    options.refuse("ema_alpha",
                   "ema_alpha is not from 0 to below 1; the share of the averages that an update "
                   "keeps is needed, or 0 for none");
}

}  // namespace

double Schedule::rate_of(int update) const {
  if (update < burn_in) return rate * std::pow(static_cast<double>(update) / burn_in, power);
  switch (policy) {
    case Policy::constant:
      return rate;
    case Policy::step:
      return rate * std::pow(scale, update / step);
    case Policy::steps: {
      double result = rate;
      for (std::size_t i = 0; i < steps.size() && steps[i] <= update; ++i) result *= scales[i];
      return result;
    }
    case Policy::exp:
      return rate * std::pow(gamma, update);
    case Policy::poly:
      return rate * std::pow(1 - static_cast<double>(update) / std::max(updates, 1), power);
    case Policy::sig:
      return rate / (1 + std::exp(gamma * (update - step)));
    case Policy::random:
      return rate * std::pow(random_share(seed, update), power);
    case Policy::sgdr:
      return sgdr_rate(*this, update);
  }
  return rate;  // no such policy
}

Rates Recipe::rates(int update) const {
  return {.rate = static_cast<float>(schedule.rate_of(update)),
          .share = 1 / static_cast<float>(images_of_an_update()),
          .decay = decay,
          .momentum = momentum,
          .second = second,
          .epsilon = epsilon,
          .update = static_cast<float>(update),
          .kept = kept_of(*this, update)};
}

Result<Recipe> read_recipe(const Cfg& cfg) {
  CfgOptions options(cfg.file, cfg.sections[0]);
  Recipe recipe;
  recipe.batch = options.integer("batch", 1, {.low = 1});
  recipe.subdivisions = options.integer("subdivisions", 1, {.low = 1});
  recipe.steps = options.integer("time_steps", 1, {.low = 1});
  if (recipe.batch % recipe.subdivisions != 0)
    options.refuse("subdivisions", "subdivisions=" + std::to_string(recipe.subdivisions) +
                                       " does not divide batch=" + std::to_string(recipe.batch) +
                                       "; a divisor is needed");
  constexpr std::int64_t most_images = 1 << 24;
  if (std::int64_t{recipe.batch} * recipe.steps > most_images)
    options.refuse("time_steps", "batch=" + std::to_string(recipe.batch) +
                                     " sequences of time_steps=" + std::to_string(recipe.steps) +
                                     "; an update can have " + std::to_string(most_images) + " elements");
  read_optimiser(options, recipe);
  recipe.schedule = read_schedule(options);
  read_averages(options, recipe);
  if (const auto error = options.error()) return *error;
  return recipe;
}

}  // namespace nightjar
