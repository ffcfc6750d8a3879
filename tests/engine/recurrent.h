// A recurrent network beside a plain evaluation of it, on any device.
#pragma once

#include "engine/nightjar.h"

namespace nightjar::testing {

// As Darknet's rnn.cfg: three [rnn], a [connected] and a [softmax] over `letters` of a text.
struct RecurrentNetwork {
  int letters, hidden, outputs;
  std::string keys;  // of the [rnn] sections: "shortcut=1\n"
};

// The largest relative error (rms) of 20 steps, and of 5 after a reset, against the sums written out in
// double from the same weights file.
double recurrent_error(const RecurrentNetwork& network, const ModelOptions& options);

}  // namespace nightjar::testing
