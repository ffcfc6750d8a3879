// Networks that learn sequences on a device, beside a CPU.
#include <algorithm>

#include "tests/catch.h"
#include "tests/engine/train/sequence_networks.h"
#include "tests/relative_error.h"
#include "tests/simt/buffer.h"
#include "tests/simt/networks.h"

using namespace nightjar;
using namespace nightjar::test::sequence;
using nightjar::testing::has_device;
using nightjar::testing::on_gpu;
using nightjar::testing::relative_error;

namespace {

struct Outcome {
  std::vector<double> losses;
  Learned learned;
};

// Three updates, of a run each, that go on with what the one before left.
Outcome learn(const Network& network, ModelOptions options) {
  options.winograd = false;
  // Normalised over two sequences alone, what differs by roundings is told apart as anything else.
  constexpr int places = 6;
  const auto learner = test::learner_of(network.cfg(steps, places), options);
  Outcome outcome;
  for (int update = 0; update < 3; ++update) {
    outcome.losses.push_back(run(*learner, update * steps));
    REQUIRE(learner->update({.rate = .05f, .share = 1.f / (steps * places), .momentum = .9f}));
  }
  auto learned = learner->learned();
  REQUIRE(learned);
  outcome.learned = std::move(*learned);
  return outcome;
}

double worst_error(const std::vector<std::vector<float>>& found,
                   const std::vector<std::vector<float>>& truth) {
  REQUIRE(found.size() == truth.size());
  double worst = 0;
  for (std::size_t i = 0; i < found.size(); ++i) worst = std::max(worst, relative_error(found[i], truth[i]));
  return worst;
}

std::vector<float> joined(const std::vector<std::vector<float>>& arrays) {
  std::vector<float> all;
  for (const std::vector<float>& array : arrays) all.insert(all.end(), array.begin(), array.end());
  return all;
}

std::vector<Network> all_networks() {
  std::vector<Network> all = networks;
  all.insert(all.end(), normalised.begin(), normalised.end());
  return all;
}

}  // namespace

TEST_CASE("a device learns sequences as a CPU does, and the same bits every time", "[slow]") {
  if (!has_device()) return;
  for (const Network& network : all_networks()) {
    INFO(network.name << ", " << network.layers);
    const Outcome truth = learn(network, {}), found = learn(network, on_gpu()),
                  again = learn(network, on_gpu());
    for (std::size_t i = 0; i < truth.losses.size(); ++i)
      CHECK(found.losses[i] == Approx(truth.losses[i]).epsilon(1e-5));
    CHECK(worst_error(found.learned.parameters, truth.learned.parameters) <= 1e-4);
    CHECK(worst_error(found.learned.memories, truth.learned.memories) <= 1e-4);
    CHECK(found.losses == again.losses);
    CHECK(found.learned.parameters == again.learned.parameters);
    CHECK(found.learned.memories == again.learned.memories);
  }
}

TEST_CASE("in halves a device learns sequences about as in floats", "[slow]") {
  if (!has_device()) return;
  for (const Network& network : all_networks()) {
    INFO(network.name << ", " << network.layers);
    const Outcome truth = learn(network, on_gpu()), found = learn(network, on_gpu(Precision::fp16));
    for (std::size_t i = 0; i < truth.losses.size(); ++i)
      CHECK(found.losses[i] == Approx(truth.losses[i]).epsilon(1e-2));
    // What is normalised by few values has steep gradients, which tell roundings apart.
    if (network.layers.find("batch_normalize") != std::string::npos) continue;
    CHECK(relative_error(joined(found.learned.parameters), joined(truth.learned.parameters)) <= 1e-2);
  }
}
