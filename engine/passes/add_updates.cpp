// The optimiser as nodes.
#include <utility>

#include "engine/passes/training.h"
#include "kernels/ops/updates/adam_update.h"
#include "kernels/ops/updates/sgd_update.h"

namespace nightjar {
namespace {

// Weight decay is for what inputs are multiplied by; not for biases, nor for scales.
bool decays(const Parameter& parameter) {
  return parameter.name == "weights";
}

Op update_of(Optimiser optimiser, const Parameter& parameter, const Shape& shape) {
  if (optimiser == Optimiser::sgd) return ops::SgdUpdate{shape, parameter.rate, decays(parameter)};
  return ops::AdamUpdate{shape, parameter.rate, decays(parameter), optimiser == Optimiser::adamw};
}

}  // namespace

Graph add_updates(Graph graph, Optimiser optimiser) {
  Training& training = *graph.training;
  training.rates = graph.add_value({once(Rates::shape(), Kind::input)});
  for (const Training::Trained& trained : training.trained) {
    const GraphValue& value = graph.values[static_cast<std::size_t>(trained.parameter)];
    const Parameter& parameter = graph.parameters[static_cast<std::size_t>(value.parameter)];
    const Shape shape = value.shape;
    Op update = update_of(optimiser, parameter, shape);
    std::vector<int> values{trained.parameter, trained.sum};
    while (values.size() < update.writes().size())
      values.push_back(graph.add_value({once(shape, Kind::state)}));  // velocity, moments
    std::vector<int> inputs = values;
    inputs.push_back(training.rates);
    graph.add_node_into(std::move(update), std::move(inputs), std::move(values), parameter.layer);
    graph.nodes.back().phase = Phase::update;
  }
  verify(graph, "add_updates");
  return graph;
}

}  // namespace nightjar
