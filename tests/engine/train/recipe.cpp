// What [net] says of training: rates by the number of the update.
#include "engine/train/recipe.h"

#include <cmath>

#include "tests/catch.h"

using namespace nightjar;

namespace {

Result<Recipe> read(const std::string& keys) {
  const auto cfg = parse_cfg("[net]\n" + keys + "[empty]\n", "x.cfg");
  REQUIRE(cfg);
  return read_recipe(*cfg);
}

std::vector<double> rates(const std::string& keys, const std::vector<int>& updates) {
  const auto recipe = read("learning_rate=2\n" + keys);
  REQUIRE(recipe);
  std::vector<double> all;
  for (const int update : updates) all.push_back(recipe->schedule.rate_of(update));
  return all;
}

void check_rates(const std::string& keys, const std::vector<int>& updates,
                 const std::vector<double>& wanted) {
  INFO(keys);
  const std::vector<double> found = rates(keys, updates);
  for (std::size_t i = 0; i < wanted.size(); ++i) CHECK(found[i] == Approx(wanted[i]).epsilon(1e-6));
}

}  // namespace

TEST_CASE("rates follow their policy") {
  check_rates("", {1, 1000}, {2, 2});
  check_rates("burn_in=4\npower=2\n", {1, 2, 3, 4, 5}, {.125, .5, 1.125, 2, 2});
  check_rates("burn_in=4\npolicy=steps\nsteps=2,6\nscales=.1,.5\n", {2, 4, 6}, {2. / 16, .2, .1});
  check_rates("policy=step\nstep=3\nscale=.5\n", {2, 3, 6, 8}, {2, 1, .5, .5});
  check_rates("policy=exp\ngamma=.5\n", {1, 3}, {1, .25});
  check_rates("policy=poly\npower=2\nmax_batches=10\n", {5, 10}, {.5, 0});
  check_rates("policy=sig\ngamma=.5\nstep=4\n", {4, 8}, {1, 2 / (1 + std::exp(2.))});
  check_rates("policy=sgdr\nlearning_rate_min=0\nsgdr_cycle=4\nsgdr_mult=2\n", {1, 2, 4, 8, 12},
              {1.7071068, 1, 0, 1, 0});
}

TEST_CASE("a random rate is the same whenever it is asked for") {
  const std::vector<double> once = rates("policy=random\npower=1\n", {1, 2, 3});
  CHECK(once == rates("policy=random\npower=1\n", {1, 2, 3}));
  CHECK(once[0] != once[1]);
  for (const double rate : once) CHECK((rate >= 0 && rate < 2));
}

TEST_CASE("what does not fit in [net] is refused at its line") {
  CHECK(read("batch=4\nsubdivisions=3\n").error().message.find("x.cfg:3: ") == 0);
  CHECK(read("policy=cosine\n").error().message.find("policy=cosine is unknown; known are constant, step") !=
        std::string::npos);
  CHECK(read("policy=steps\nsteps=1,2\nscales=.1\n").error().message.find("one a step is needed") !=
        std::string::npos);
}

TEST_CASE("an optimiser is one") {
  CHECK(read("")->updates.optimiser == Optimiser::sgd);
  CHECK(read("adamw=1\nB1=.8\n")->updates.optimiser == Optimiser::adamw);
  CHECK(read("adamw=1\nB1=.8\n")->momentum == .8f);
  CHECK(read("adam=1\nadamw=1\n").error().message.find("x.cfg:3: ") == 0);
}

TEST_CASE("gradients are clipped where a norm is given") {
  CHECK(read("")->updates.longest_gradient == 0);
  CHECK(read("max_gradient_norm=50\n")->updates.longest_gradient == 50);
  CHECK(read("max_gradient_norm=-1\n").error().message.find("x.cfg:2: ") == 0);
  CHECK(read("max_gradient_norm=nan\n").error().message.find("x.cfg:2: ") == 0);
}

TEST_CASE("an average starts half way, as the parameter, and keeps more and more until ema_alpha") {
  CHECK_FALSE(read("")->updates.averages);
  const auto recipe = read("ema_alpha=.5\nmax_batches=100\n");
  REQUIRE(recipe);
  CHECK(recipe->updates.averages);
  CHECK(recipe->rates(1).kept == 0);
  CHECK(recipe->rates(50).kept == 0);
  CHECK(recipe->rates(51).kept == Approx(2 / 11.));
  CHECK(recipe->rates(57).kept == Approx(8 / 17.));
  CHECK(recipe->rates(58).kept == .5f);
  CHECK(read("ema_alpha=.9\nmax_batches=100\nema_start=3\n")->rates(4).kept == Approx(2 / 11.));
  CHECK(read("ema_alpha=1\n").error().message.find("x.cfg:2: ") == 0);
  CHECK(read("ema_start=0\n").error().message.find("x.cfg:2: ") == 0);
}

TEST_CASE("Adam has its own two momentums") {
  const auto recipe = read("adam=1\nB1=.8\nB2=.99\neps=.01\nmomentum=.5\nbatch=8\nsubdivisions=2\n");
  REQUIRE(recipe);
  CHECK(recipe->updates.optimiser == Optimiser::adam);
  const Rates rates = recipe->rates(3);
  CHECK(rates.momentum == .8f);
  CHECK(rates.second == .99f);
  CHECK(rates.share == .125f);
  CHECK(rates.update == 3);
  CHECK(recipe->images_of_a_run() == 4);
}
