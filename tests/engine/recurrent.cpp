#include "tests/engine/recurrent.h"

#include <algorithm>
#include <cmath>

#include "tests/catch.h"
#include "tests/engine/temporary_files.h"
#include "tests/relative_error.h"

namespace nightjar::testing {
namespace {

double leaky(double x) {
  return x > 0 ? x : .1 * x;
}

std::string cfg_text(const RecurrentNetwork& n) {
  const std::string rnn = "[rnn]\nbatch_normalize=1\noutput=" + std::to_string(n.outputs) +
                          "\nhidden=" + std::to_string(n.hidden) + "\nactivation=leaky\n" + n.keys;
  const std::string letters = std::to_string(n.letters);
  return "[net]\ninputs=" + letters + "\n" + rnn + rnn + rnn + "[connected]\noutput=" + letters +
         "\nactivation=leaky\n[softmax]\n";
}

// Hands out pieces of the weights file in its order, making them up.
class Weights {
 public:
  std::vector<double> take(int count, double low, double high) {
    std::uniform_real_distribution<float> uniform(static_cast<float>(low), static_cast<float>(high));
    std::vector<double> values;
    for (int i = 0; i < count; ++i) {
      floats_.push_back(uniform(random_));
      values.push_back(floats_.back());
    }
    return values;
  }
  const std::vector<float>& floats() const { return floats_; }

 private:
  std::mt19937 random_{3};
  std::vector<float> floats_;
};

// [connected], or a third of [rnn].
class Layer {
 public:
  Layer(int inputs, int outputs, bool batch_normalize, Weights& file)
      : biases_(file.take(outputs, -.2, .2)),
        weights_(file.take(inputs * outputs, -1.5 / std::sqrt(inputs), 1.5 / std::sqrt(inputs))) {
    if (!batch_normalize) return;
    scales_ = file.take(outputs, .6, 1);
    means_ = file.take(outputs, -.1, .1);
    variances_ = file.take(outputs, .8, 1.2);
  }

  std::vector<double> operator()(const std::vector<double>& in) const {
    std::vector<double> out;
    for (std::size_t o = 0; o < biases_.size(); ++o) {
      double sum = 0;
      for (std::size_t i = 0; i < in.size(); ++i) sum += weights_[o * in.size() + i] * in[i];
      if (!scales_.empty()) sum = scales_[o] * (sum - means_[o]) / std::sqrt(variances_[o] + 1e-5);
      out.push_back(leaky(sum + biases_[o]));
    }
    return out;
  }

 private:
  std::vector<double> biases_, weights_, scales_, means_, variances_;
};

class Rnn {
 public:
  Rnn(int inputs, const RecurrentNetwork& n, Weights& file)
      : input_(inputs, n.hidden, true, file),
        self_(n.hidden, n.hidden, true, file),
        output_(n.hidden, n.outputs, true, file),
        shortcut_(n.keys.find("shortcut=1") != std::string::npos),
        state_(static_cast<std::size_t>(n.hidden)) {}

  std::vector<double> operator()(const std::vector<double>& in) {
    const std::vector<double> a = input_(in), b = self_(state_);
    for (std::size_t i = 0; i < state_.size(); ++i) state_[i] = (shortcut_ ? state_[i] : 0) + a[i] + b[i];
    return output_(state_);
  }
  void reset() { std::fill(state_.begin(), state_.end(), 0.); }

 private:
  Layer input_, self_, output_;
  bool shortcut_;
  std::vector<double> state_;
};

std::vector<float> softmax(const std::vector<double>& in) {
  const double largest = *std::max_element(in.begin(), in.end());
  double sum = 0;
  for (const double v : in) sum += std::exp(v - largest);
  std::vector<float> out;
  for (const double v : in) out.push_back(static_cast<float>(std::exp(v - largest) / sum));
  return out;
}

}  // namespace

double recurrent_error(const RecurrentNetwork& n, const ModelOptions& options) {
  Weights file;
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
    std::vector<double> values(static_cast<std::size_t>(n.letters));
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
