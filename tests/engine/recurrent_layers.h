// Each recurrent layer beside a plain evaluation of it, on any device.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/nightjar.h"
#include "tests/engine/plain_layers.h"

namespace nightjar::testing {

struct RecurrentCase {
  using Layer = std::function<Numbers(const Numbers& in)>;  // remembers

  std::string name;
  Shape input;
  std::string sections;  // of the cfg, behind [net]
  // The same layers as loops, which take their weights in the file's order.
  std::vector<Layer> (*make)(PlainWeights& file);
  bool alexeyab = true;  // whose order that is
};

std::vector<RecurrentCase> recurrent_vectors();
std::vector<RecurrentCase> recurrent_grids();
std::vector<RecurrentCase> recurrent_cases();  // all

// The [net] section of such an input.
std::string net_of(const Shape& input);

// The largest relative error (rms) of 20 steps, and of 5 after a reset.
double recurrent_layer_error(const RecurrentCase& recurrent, const ModelOptions& options);

}  // namespace nightjar::testing
