#include "tests/engine/recurrent.h"

#include <algorithm>
#include <cmath>

#include "tests/catch.h"
#include "tests/engine/plain_layers.h"
#include "tests/engine/temporary_files.h"
#include "tests/relative_error.h"

namespace nightjar::testing {
namespace {

std::string cfg_text(const RecurrentNetwork& n) {
  const std::string rnn = "[rnn]\nbatch_normalize=1\noutput=" + std::to_string(n.outputs) +
                          "\nhidden=" + std::to_string(n.hidden) + "\nactivation=leaky\n" + n.keys;
  const std::string letters = std::to_string(n.letters);
  return "[net]\ninputs=" + letters + "\n" + rnn + rnn + rnn + "[connected]\noutput=" + letters +
         "\nactivation=leaky\n[softmax]\n";
}

// [connected], or a third of [rnn].
class Layer {
 public:
  Layer(int inputs, int outputs, bool batch_normalize, PlainWeights& file)
      : sums_(inputs, outputs, batch_normalize, file) {}

  Numbers operator()(const Numbers& in) const { return each(plain_leaky, sums_(in)); }

 private:
  PlainDense sums_;
};

class Rnn {
 public:
  Rnn(int inputs, const RecurrentNetwork& n, PlainWeights& file)
      : input_(inputs, n.hidden, true, file),
        self_(n.hidden, n.hidden, true, file),
        output_(n.hidden, n.outputs, true, file),
        shortcut_(n.keys.find("shortcut=1") != std::string::npos),
        state_(static_cast<std::size_t>(n.hidden)) {}

  Numbers operator()(const Numbers& in) {
    const Numbers a = input_(in), b = self_(state_);
    for (std::size_t i = 0; i < state_.size(); ++i) state_[i] = (shortcut_ ? state_[i] : 0) + a[i] + b[i];
    return output_(state_);
  }
  void reset() { std::fill(state_.begin(), state_.end(), 0.); }

 private:
  Layer input_, self_, output_;
  bool shortcut_;
  Numbers state_;
};

std::vector<float> softmax(const Numbers& in) {
  const double largest = *std::max_element(in.begin(), in.end());
  double sum = 0;
  for (const double v : in) sum += std::exp(v - largest);
  std::vector<float> out;
  for (const double v : in) out.push_back(static_cast<float>(std::exp(v - largest) / sum));
  return out;
}

}  // namespace

double recurrent_error(const RecurrentNetwork& n, const ModelOptions& options) {
  PlainWeights file;
  std::vector<Rnn> layers;
  for (int i = 0; i < 3; ++i) layers.emplace_back(i == 0 ? n.letters : n.outputs, n, file);
  const Layer last(n.outputs, n.letters, false, file);

  const TemporaryFile cfg(".cfg", cfg_text(n)), weights(".weights", weights_bytes(file.floats()));
  const auto model = Model::load(cfg.path(), weights.path(), options);
  INFO((model ? "" : model.error().message));
  REQUIRE(model);
  CHECK(model->has_state());
  auto context = Context::create(*model);
  REQUIRE(context);

  double worst = 0;
  for (int step = 0; step < 25; ++step) {
    if (step == 20) {
      REQUIRE(context->reset());
      for (Rnn& layer : layers) layer.reset();
    }
    Numbers values(static_cast<std::size_t>(n.letters));
    values[static_cast<std::size_t>(step * 7 % n.letters)] = 1;
    const std::vector<float> input(values.begin(), values.end());
    for (Rnn& layer : layers) values = layer(values);
    const auto found = context->forward(input);
    REQUIRE(found);
    worst = std::max(worst, relative_error(*found, softmax(last(values))));
  }
  return worst;
}

}  // namespace nightjar::testing
