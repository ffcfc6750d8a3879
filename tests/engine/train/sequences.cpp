// Networks that learn sequences: a run of several steps is as many runs of one, and gradients go back through
// all of them.
#include <algorithm>
#include <cmath>

#include "kernels/ops/connected.h"
#include "kernels/ops/gradients/connected_weights_gradient.h"
#include "tests/engine/train/sequence_networks.h"

using namespace nightjar;
using namespace nightjar::test;
using namespace nightjar::test::sequence;

namespace {

// Without Winograd, so that small differences are of what is tested.
std::unique_ptr<Learner> sequence_learner(const std::string& text, int threads = 1) {
  return learner_of(text, threads, false);
}

Learned learned_by(const Learner& learner) {
  auto learned = learner.learned();
  REQUIRE(learned);
  return std::move(*learned);
}

// What the sums of gradients are, by an update that takes them as they are.
std::vector<std::vector<float>> gradients_of(Learner& learner) {
  std::vector<std::vector<float>> all = learned_by(learner).parameters;
  REQUIRE(learner.update({.rate = 1, .share = 1}));
  const std::vector<std::vector<float>> after = learned_by(learner).parameters;
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t k = 0; k < all[i].size(); ++k) all[i][k] -= after[i][k];
  return all;
}

}  // namespace

TEST_CASE("a run of several steps is as many runs of one") {
  std::vector<Network> all = networks;
  all.insert(all.end(), normalised.begin(), normalised.end());
  for (const Network& network : all) {
    INFO(network.name << ", " << network.layers);
    const auto together = sequence_learner(network.cfg(steps)), single = sequence_learner(network.cfg(1));
    for (int round = 0; round < 2; ++round) {
      const double loss = run(*together, round * steps);
      double sum = 0;
      for (int step = 0; step < steps; ++step) sum += run(*single, round * steps + step);
      CHECK(loss == Approx(sum).epsilon(1e-6));
      // What is remembered, and the rolling statistics.
      CHECK(learned_by(*together).memories == learned_by(*single).memories);
      CHECK(learned_by(*together).parameters == learned_by(*single).parameters);
    }
  }
}

TEST_CASE("gradients through time are what central differences say") {
  for (const Network& network : networks) {
    INFO(network.name);
    const auto learner = sequence_learner(network.cfg(steps));
    run(*learner, 0);  // leaves something to remember
    REQUIRE(learner->update({}));
    const Learned start = learned_by(*learner);
    const auto loss_at = [&](std::size_t array, std::size_t element, float value) {
      Learned moved = start;
      moved.parameters[array][element] = value;
      REQUIRE(learner->restore(moved));
      return run(*learner, steps);
    };
    run(*learner, steps);
    const auto gradients = gradients_of(*learner);
    for (std::size_t i = 0; i < gradients.size(); ++i) {
      INFO(name_of(learner->graph().parameters[i]) << " of layer " << learner->graph().parameters[i].layer);
      for (std::size_t k = 0; k < gradients[i].size(); k += gradients[i].size() / 6 + 1) {
        constexpr float h = 1.f / 64;
        const float value = start.parameters[i][k];
        const double near = loss_at(i, k, value + h) - loss_at(i, k, value - h);
        const double far = loss_at(i, k, value + 2 * h) - loss_at(i, k, value - 2 * h);
        CHECK(gradients[i][k] == Approx((8 * near - far) / (12 * h)).epsilon(2e-3).margin(4e-4));
      }
    }
    REQUIRE(learner->restore(start));
  }
}

TEST_CASE("sequences are learned to the same bits on any number of threads") {
  for (const Network& network : normalised) {
    INFO(network.name);
    const auto train = [&](int threads) {
      const auto learner = sequence_learner(network.cfg(steps, 3), threads);
      for (int update = 0; update < 4; ++update) {
        run(*learner, update * steps);
        REQUIRE(learner->update({.rate = .05f, .share = 1.f / 12, .decay = .001f, .momentum = .9f}));
      }
      return learned_by(*learner).parameters;
    };
    const auto one = train(1);
    CHECK(one == train(2));
    CHECK(one == train(3));
  }
}

TEST_CASE("losses of sequences fall") {
  for (const Network& network : {networks[0], networks[3], networks[4], networks[5], networks[6]}) {
    INFO(network.name);
    const auto learner = sequence_learner(network.cfg(steps));
    const auto forget = [&] {
      for (int sequence = 0; sequence < sequences; ++sequence) REQUIRE(learner->forget(sequence));
    };
    double first = 0, last = 0;
    for (int update = 0; update < 200; ++update) {
      forget();
      last = run(*learner, 0);
      if (update == 0) first = last;
      REQUIRE(learner->update({.rate = .1f, .share = 1.f / 8, .momentum = .9f}));
    }
    CHECK(last < .2 * first);
  }
}

TEST_CASE("a sequence that is forgotten begins anew, and its neighbour does not") {
  const auto learner = sequence_learner(networks[4].cfg(steps)),
             fresh = sequence_learner(networks[4].cfg(steps));
  run(*learner, 0);
  const auto before = learned_by(*learner).memories;
  REQUIRE(learner->forget(1));
  const auto after = learned_by(*learner).memories, none = learned_by(*fresh).memories;
  REQUIRE(after.size() == 2 * sequences);
  for (std::size_t i = 0; i < after.size(); ++i) {
    CHECK(before[i] != none[i]);
    CHECK(after[i] == (i % sequences == 1 ? none : before)[i]);
  }
}

TEST_CASE("what does not depend on the step before is computed for all steps at once") {
  const auto walks = [](const Graph& graph, auto is_it) {
    std::vector<Walk> all;
    for (const Node& node : graph.nodes)
      if (is_it(node.op)) all.push_back(node.walk);
    return all;
  };
  const auto learner = sequence_learner(networks[0].cfg(steps)),
             longer = sequence_learner(networks[0].cfg(50));
  CHECK(learner->graph().nodes.size() == longer->graph().nodes.size());
  const Walk at_once = Walk::at_once;
  // Of the matrices on the input, on the state, and of both outputs one walks; gradients by weights do not.
  CHECK(walks(learner->graph(), [](const Op& op) { return op.is<ops::Connected>(); }) ==
        std::vector{at_once, Walk::forward, at_once, at_once});
  CHECK(walks(learner->graph(), [](const Op& op) { return op.is<ops::ConnectedWeightsGradient>(); }) ==
        std::vector{at_once, at_once, at_once, at_once});
}
