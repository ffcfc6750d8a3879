#include "engine/train/initialise.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/train/random.h"

namespace nightjar {
namespace {

// Of a layer in front of a loss that wants objectness to start low.
constexpr float small_weights = .3f;
constexpr std::uint64_t weights_purpose = 0x3e19;  // of a stream of random numbers

// The loss that wants this layer to start low; null where none does.
const Training::Loss* loss_behind(const Graph& graph, const Parameter& parameter) {
  if (!graph.training) return nullptr;
  for (const Training::Loss& loss : graph.training->losses)
    if (loss.prior > 0 && loss.layer == parameter.layer + 1) return &loss;
  return nullptr;
}

class Drawn : public ParameterSource {
 public:
  explicit Drawn(std::uint64_t seed) : seed_(seed) {}

  Result<void> read(const Graph& graph, int index, std::span<float> values) const override {
    const Parameter& parameter = graph.parameters[static_cast<std::size_t>(index)];
    const Training::Loss* loss = loss_behind(graph, parameter);
    if (parameter.start) {
      draw(index, parameter.start->mean, std::sqrt(3.) * parameter.start->deviation, values);
    } else if (parameter.name == "weights") {
      const Shape& shape = graph.shape(parameter.value);
      const double inputs = static_cast<double>(shape.h) * shape.w;  // that one output sums over
      draw(index, 0, (loss ? small_weights : 1) * std::sqrt(2 / inputs), values);
    } else {
      const bool ones = parameter.name == "scales" || parameter.name == "rolling_variance";
      std::fill(values.begin(), values.end(), ones ? 1.f : 0.f);
    }
    if (parameter.name != "biases" || !loss) return {};
    const auto fields = static_cast<std::size_t>(loss->fields);
    const float bias = std::log(loss->prior / (1 - loss->prior));
    for (std::size_t i = 4; i < values.size(); i += fields) values[i] = bias;
    return {};
  }

 private:
  // Each parameter from numbers of its own.
  void draw(int index, double mean, double side, std::span<float> values) const {
    Random random(seed_, static_cast<std::uint64_t>(index), weights_purpose);
    for (float& value : values) value = static_cast<float>(mean + side * (2. * random.share() - 1));
  }

  std::uint64_t seed_;
};

class Continued : public ParameterSource {
 public:
  Continued(HeldWeights held, std::uint64_t seed) : held_(std::move(held)), drawn_(seed) {}
  Result<void> read(const Graph& graph, int index, std::span<float> values) const override {
    const bool has = static_cast<std::size_t>(index) < held_.arrays;
    return has ? held_.source->read(graph, index, values) : drawn_.read(graph, index, values);
  }

 private:
  HeldWeights held_;
  Drawn drawn_;
};

class InMemory : public ParameterSource {
 public:
  explicit InMemory(std::vector<std::vector<float>> parameters) : parameters_(std::move(parameters)) {}
  Result<void> read(const Graph&, int index, std::span<float> values) const override {
    const std::vector<float>& from = parameters_[static_cast<std::size_t>(index)];
    std::copy(from.begin(), from.end(), values.begin());
    return {};
  }

 private:
  std::vector<std::vector<float>> parameters_;
};

}  // namespace

std::unique_ptr<ParameterSource> initialise(std::uint64_t seed) {
  return std::make_unique<Drawn>(seed);
}

std::unique_ptr<ParameterSource> continue_from(HeldWeights held, std::uint64_t seed) {
  return std::make_unique<Continued>(std::move(held), seed);
}

std::unique_ptr<ParameterSource> from_memory(std::vector<std::vector<float>> parameters) {
  return std::make_unique<InMemory>(std::move(parameters));
}

}  // namespace nightjar
