// Small recurrent networks, and sequences for them to learn.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "tests/engine/train/learner_of.h"

namespace nightjar::test::sequence {

constexpr int steps = 4, sequences = 2, letters = 5;

inline std::string net(int time_steps, const std::string& input, const std::string& layers,
                       int batch = sequences) {
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

inline const std::string vectors = "inputs=6\n", grids = "width=4\nheight=3\nchannels=4\n";
inline const std::string grid_keys = "output=4\nsize=3\npad=1\n";

// Smooth, so that differences tell slopes.
inline const std::vector<Network> networks{
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
inline const std::vector<Network> normalised{
    {"rnn", vectors, "[rnn]\noutput=6\nhidden=7\nactivation=leaky\nbatch_normalize=1\n"},
    {"lstm", vectors, "[lstm]\noutput=6\nbatch_normalize=1\n[connected]\noutput=5\nactivation=leaky\n"},
    {"conv_lstm", grids, "[conv_lstm]\nbatch_normalize=1\nlstm_activation=leaky\n" + grid_keys},
};

// Element `element` of a sequence, into an image.
inline void write_element(Learner& learner, int image, int sequence, int element) {
  std::mt19937 random(static_cast<unsigned>(100 * sequence + element));
  std::vector<float> values(static_cast<std::size_t>(learner.graph().input.size())), truth(letters);
  for (float& value : values) value = static_cast<float>(random() % 256) / 128 - 1;
  truth[random() % letters] = 1;
  REQUIRE(learner.write_picture(image, values));
  REQUIRE(learner.write_truth(image, truth));
}

// The next elements of all sequences: the loss of each layer that has one.
inline double run(Learner& learner, int first) {
  const int places = learner.sequences();
  for (int image = 0; image < learner.batch(); ++image)
    write_element(learner, image, image % places, first + image / places);
  const auto reports = learner.run(1);
  REQUIRE(reports);
  double loss = 0;
  for (const LossReport& report : *reports) loss += report.loss();
  return loss;
}

}  // namespace nightjar::test::sequence
