// Networks that learn sequences: a run of several steps is as many runs of one, and gradients go back through
// all of them.
#include <algorithm>
#include <cmath>
#include <random>

#include "kernels/ops/connected.h"
#include "kernels/ops/gradients/connected_weights_gradient.h"
#include "tests/engine/train/learner_of.h"

using namespace nightjar;
using namespace nightjar::test;

namespace {

constexpr int steps = 4, sequences = 2, letters = 5;

std::string net(int time_steps, const std::string& input, const std::string& layers, int batch = sequences) {
  return "[net]\n" + input + "batch=" + std::to_string(batch) + "\ntime_steps=" + std::to_string(time_steps) +
         "\nlearning_rate=.05\n" + layers + "[connected]\noutput=" + std::to_string(letters) +
         "\nactivation=linear\n[softmax]\n";
}

struct Network {
  const char* name;
  std::string input, layers;

  std::string cfg(int time_steps, int batch = sequences) const {
    return net(time_steps, input, layers, batch);
  }
};

const std::string vectors = "inputs=6\n", grids = "width=4\nheight=3\nchannels=4\n";
const std::string grid_keys = "output=4\nsize=3\npad=1\n";

// Smooth, so that differences tell slopes.
const std::vector<Network> networks{
    {"rnn", vectors, "[rnn]\noutput=6\nhidden=7\nactivation=tanh\n"},
    {"rnn with shortcut", vectors, "[rnn]\noutput=6\nhidden=7\nactivation=tanh\nshortcut=1\nlogistic=1\n"},
    {"two", vectors, "[lstm]\noutput=5\n[connected]\noutput=7\nactivation=tanh\n[gru]\noutput=6\n"},
    {"gru", vectors, "[gru]\noutput=6\ntanh=1\n"},
    {"lstm", vectors, "[lstm]\noutput=6\n"},
    {"crnn", grids, "[crnn]\nhidden=5\nactivation=tanh\n" + grid_keys},
    {"crnn of vectors", vectors, "[crnn]\nhidden=5\noutput=4\nsize=1\nactivation=tanh\n"},
    {"conv_lstm", grids, "[conv_lstm]\npeephole=1\nstate_constrain=1\n" + grid_keys},
    {"conv_lstm with bottleneck", grids, "[conv_lstm]\nbottleneck=1\nshortcut=1\n" + grid_keys},
    {"history", vectors, "[connected]\noutput=5\nactivation=tanh\n[history]\nhistory_size=3\n"},
};
const std::vector<Network> normalised{
    {"rnn", vectors, "[rnn]\noutput=6\nhidden=7\nactivation=leaky\nbatch_normalize=1\n"},
    {"lstm", vectors, "[lstm]\noutput=6\nbatch_normalize=1\n[connected]\noutput=5\nactivation=leaky\n"},
    {"conv_lstm", grids, "[conv_lstm]\nbatch_normalize=1\nlstm_activation=leaky\n" + grid_keys},
};

// Without Winograd, so that small differences are of what is tested.
std::unique_ptr<Learner> sequence_learner(const std::string& text, int threads = 1) {
  return learner_of(text, threads, false);
}

// Element `element` of a sequence, into an image.
void write_element(Learner& learner, int image, int sequence, int element) {
  std::mt19937 random(static_cast<unsigned>(100 * sequence + element));
  std::vector<float> values(static_cast<std::size_t>(learner.graph().input.size())), truth(letters);
  for (float& value : values) value = static_cast<float>(random() % 256) / 128 - 1;
  truth[random() % letters] = 1;
  REQUIRE(learner.write_picture(image, values));
  REQUIRE(learner.write_truth(image, truth));
}

// The next elements of all sequences: the loss of each layer that has one.
double run(Learner& learner, int first) {
  const int places = learner.sequences();
  for (int image = 0; image < learner.batch(); ++image)
    write_element(learner, image, image % places, first + image / places);
  const auto reports = learner.run(1);
  REQUIRE(reports);
  double loss = 0;
  for (const LossReport& report : *reports) loss += report.loss();
  return loss;
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
