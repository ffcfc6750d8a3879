// Made-up parameters.
#include <algorithm>
#include <cmath>
#include <random>

#include "engine/parameters.h"

namespace nightjar {
namespace {

// Inputs that one output of a weight matrix sums over.
double fan_in(const Graph& graph, const Parameter& parameter) {
  const Shape& shape = graph.shape(parameter.value);
  return double(shape.h) * shape.w;
}

bool feeds_head(const Graph& graph, int layer) {
  return std::any_of(graph.heads.begin(), graph.heads.end(),
                     [&](const Head& head) { return base(head).layer == layer + 1; });
}

class Synthesised : public ParameterSource {
 public:
  explicit Synthesised(unsigned seed) : seed_(seed) {}

  Result<void> read(const Graph& graph, int index, std::span<float> values) const override {
    const Parameter& parameter = graph.parameters[static_cast<std::size_t>(index)];
    std::minstd_rand random(seed_ * 7919u + static_cast<unsigned>(index) + 1);
    const auto fill = [&](float low, float high) {
      const float step = (high - low) / float(std::minstd_rand::max());
      for (float& v : values) v = low + step * float(random());
    };
    if (parameter.name == "weights") {
      const auto range =
          static_cast<float>(std::sqrt(3 * 1.6 / fan_in(graph, parameter)));  // variance 1.6 / fan in
      fill(-range, range);
    } else if (parameter.name == "scales") {
      fill(.6f, 1.f);
    } else if (parameter.name == "rolling_variance") {
      fill(.8f, 1.2f);
    } else if (parameter.name == "biases" && feeds_head(graph, parameter.layer)) {
      fill(-5.f, -3.f);
    } else {
      fill(-.1f, .1f);
    }
    return {};
  }

 private:
  unsigned seed_;
};

}  // namespace

std::unique_ptr<ParameterSource> synthesise(unsigned seed) {
  return std::make_unique<Synthesised>(seed);
}

}  // namespace nightjar
