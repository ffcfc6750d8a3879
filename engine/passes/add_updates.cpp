// The optimiser as nodes.
#include <utility>

#include "engine/passes/training.h"
#include "kernels/ops/updates/adam_update.h"
#include "kernels/ops/updates/adapt_loss_scale.h"
#include "kernels/ops/updates/average_weights.h"
#include "kernels/ops/updates/clip_gradients.h"
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

class Updates {
 public:
  explicit Updates(Graph graph) : graph_(std::move(graph)), training_(*graph_.training) {
    training_.rates = rates_ = graph_.add_value({once(Rates::shape(), Kind::input)});
  }

  // Before parameters change, so that an average is of those that the last runs were computed with: rolling
  // means and variances are of the same.
  void add_averages() {
    for (const Parameter& parameter : graph_.parameters) {
      const int value = parameter.value;
      if (!is_trained(value) && graph_.values[static_cast<std::size_t>(value)].producer < 0) continue;
      const Shape shape = graph_.shape(value);
      const int average = graph_.add_value({once(shape, Kind::state)});
      add(ops::AverageWeights{shape}, {value, average, rates_}, {average}, parameter.layer);
      training_.averages.push_back({value, average});
    }
  }

  void adapt_loss_scale() {
    const int scale = training_.loss_scale;
    add_of_all_sums(ops::AdaptLossScale{shapes_of_sums()}, {rates_, scale}, {scale});
  }
  void clip(float longest) { add_of_all_sums(ops::ClipGradients{shapes_of_sums(), longest}, {rates_}, {}); }

  void add_updates(Optimiser optimiser) {
    for (const Training::Trained& trained : training_.trained) {
      const int number = graph_.values[static_cast<std::size_t>(trained.parameter)].parameter;
      const Parameter& parameter = graph_.parameters[static_cast<std::size_t>(number)];
      const Shape shape = graph_.shape(trained.parameter);
      Op update = update_of(optimiser, parameter, shape);
      std::vector<int> values{trained.parameter, trained.sum};
      while (values.size() < update.writes().size())
        values.push_back(graph_.add_value({once(shape, Kind::state)}));  // velocity, moments
      std::vector<int> inputs = values;
      inputs.push_back(rates_);
      add(std::move(update), std::move(inputs), std::move(values), parameter.layer);
    }
  }

  bool are_scaled() const { return training_.loss_scale >= 0; }
  Graph take() { return std::move(graph_); }

 private:
  bool is_trained(int value) const {
    for (const Training::Trained& trained : training_.trained)
      if (trained.parameter == value) return true;
    return false;
  }
  std::vector<Shape> shapes_of_sums() const {
    std::vector<Shape> shapes;
    for (const Training::Trained& trained : training_.trained) shapes.push_back(graph_.shape(trained.sum));
    return shapes;
  }
  // Of an operation that reads them, and `more`: what it writes first are the rates from then on.
  void add_of_all_sums(Op op, const std::vector<int>& more, const std::vector<int>& writes) {
    std::vector<int> inputs, outputs{graph_.add_value({once(Rates::shape())})};
    for (const Training::Trained& trained : training_.trained) inputs.push_back(trained.sum);
    inputs.insert(inputs.end(), more.begin(), more.end());
    outputs.insert(outputs.end(), writes.begin(), writes.end());
    rates_ = outputs[0];
    add(std::move(op), std::move(inputs), std::move(outputs), -1);
  }
  void add(Op op, std::vector<int> inputs, std::vector<int> outputs, int layer) {
    graph_.add_node_into(std::move(op), std::move(inputs), std::move(outputs), layer);
    graph_.nodes.back().phase = Phase::update;
  }

  Graph graph_;
  Training& training_;
  int rates_;  // as the updates read them
};

}  // namespace

Graph add_updates(Graph graph, const UpdateOptions& options) {
  Updates updates(std::move(graph));
  if (options.averages) updates.add_averages();
  if (updates.are_scaled()) updates.adapt_loss_scale();
  if (options.longest_gradient > 0) updates.clip(options.longest_gradient);
  updates.add_updates(options.optimiser);
  Graph whole = updates.take();
  verify(whole, "add_updates");
  return whole;
}

}  // namespace nightjar
