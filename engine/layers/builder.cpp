// LayerBuilder: how layers add to the graph, and the checks that hold for all of them.
#include <utility>

#include "engine/layers/layer.h"
#include "kernels/ops/activate.h"
#include "kernels/ops/batch_norm.h"
#include "kernels/ops/batch_norm_train.h"
#include "kernels/ops/copy.h"
#include "kernels/ops/draw.h"

namespace nightjar {

LayerBuilder::LayerBuilder(Graph& graph, const BuildOptions& build_options, CfgOptions section, int number)
    : options(std::move(section)), build(build_options), index(number), graph_(graph) {
  graph_.layer_output.push_back(input());
}

int LayerBuilder::input() const {
  return index == 0 ? Graph::input_value : graph_.layer_output[index - 1];
}
int LayerBuilder::output() const {
  return graph_.layer_output[index];
}
Shape LayerBuilder::network() const {
  return graph_.input;
}
Shape LayerBuilder::input_shape() const {
  return shape(input());
}
Shape LayerBuilder::shape(int value) const {
  return graph_.shape(value);
}

int LayerBuilder::layer(std::string_view key, int reference) {
  const std::int64_t number = reference < 0 ? std::int64_t{index} + reference : reference;
  if (number >= 0 && number < index) return static_cast<int>(number);
  const std::string found = std::string(key) + "=" + std::to_string(reference) + " is not an earlier layer; ";
  refuse(key, index == 0
                  ? found + "this is the first"
                  : found + "use -1..-" + std::to_string(index) + " or 0.." + std::to_string(index - 1));
  return index - 1;
}

int LayerBuilder::source(std::string_view key, int reference) {
  const int number = layer(key, reference);
  return number < 0 ? input() : graph_.layer_output[number];
}

int LayerBuilder::required_source(std::string_view key) {
  if (!options.has(key))
    refuse(key, std::string(key) + " is missing; expected the number of an earlier layer");
  return source(key, options.integer(key, -1));
}

std::span<const Node> LayerBuilder::nodes_of(int layer) const {
  const std::span<const Node> nodes = graph_.nodes;
  std::size_t first = 0;
  while (first < nodes.size() && nodes[first].layer < layer) ++first;
  std::size_t last = first;
  while (last < nodes.size() && nodes[last].layer == layer) ++last;
  return nodes.subspan(first, last - first);
}

int LayerBuilder::parameter(std::string name, const Shape& shape) {
  constexpr std::int64_t float_bytes = sizeof(float);
  const std::int64_t offset = graph_.parameter_floats(),
                     count = saturated_product({shape.c, shape.h, shape.w});
  const std::int64_t room = build.max_bytes / float_bytes - offset;
  if (count > room)
    refuse(Error{Failure::too_large, options.place() + ": " + name + " of " +
                                         std::to_string(saturated_product({count, float_bytes})) +
                                         " bytes, after " + std::to_string(offset * float_bytes) +
                                         " of the layers before; all weights may take " +
                                         std::to_string(build.max_bytes) + " bytes"});
  GraphValue value{parameter_of(shape)};
  value.parameter = static_cast<int>(graph_.parameters.size());
  Parameter array{.layer = index,
                  .part = part_,
                  .name = std::move(name),
                  .count = count > room ? 0 : count,
                  .offset = offset};
  array.value = graph_.add_value(value);
  graph_.parameters.push_back(std::move(array));
  return graph_.parameters.back().value;
}

int LayerBuilder::transposed_parameter(std::string name, const Shape& shape, int run) {
  const int value = parameter(std::move(name), shape);
  graph_.parameters.back().transposed_rows = shape.c;
  graph_.parameters.back().transposed_cols = std::int64_t{shape.h} * shape.w / run;
  graph_.parameters.back().transposed_run = run;
  return value;
}

void LayerBuilder::starts_with(Parameter::Start start) {
  graph_.parameters.back().start = start;
}

int LayerBuilder::state(const Shape& shape) {
  return graph_.add_value({{.shape = shape, .kind = Kind::state}});
}

int LayerBuilder::emit(Op op, std::vector<int> inputs) {
  forward(graph_.add_node(std::move(op), std::move(inputs), index));
  if (auto error = shape_error(options.place(), shape(output()), build.max_bytes)) {
    refuse(*std::move(error));
    graph_.values.back().shape = {1, 1, 1};
  }
  return output();
}

void LayerBuilder::keep(int value, int state) {
  keep(ops::Copy{shape(value)}, value, state);
}

void LayerBuilder::keep(Op op, int value, int state) {
  graph_.add_node_into(std::move(op), {value}, {state}, index);
}

std::vector<int> LayerBuilder::batch_norm_parameters(int biases, int channels) {
  std::vector<int> weights{biases};
  for (const char* name : {"scales", "rolling_mean", "rolling_variance"})
    weights.push_back(parameter(name, {channels, 1, 1}));
  for (auto array = graph_.parameters.end() - 2; array != graph_.parameters.end(); ++array)
    array->trained = false;
  return weights;
}

void LayerBuilder::emit_batch_norm(const std::vector<int>& weights) {
  std::vector<int> inputs{output()};
  inputs.insert(inputs.end(), weights.begin(), weights.end());
  if (!build.learn) {
    emit(ops::BatchNorm{shape(output())}, std::move(inputs));
    return;
  }
  // The rolling mean and variance are written where they lie.
  using Form = ops::BatchNormTrain::Form;
  const ops::BatchNormTrain op = build.alexeyab ? ops::BatchNormTrain{shape(output()), Form::alexeyab, .1f}
                                                : ops::BatchNormTrain{shape(output()), Form::pjreddie, .01f};
  forward(graph_.add_value({op.writes()[0].value}));
  const int moments = graph_.add_value({op.writes()[3].value});
  graph_.add_node_into(op, std::move(inputs), {output(), weights[2], weights[3], moments}, index);
}

// A normalisation that learns takes the activation in, and its gradient that of both: two values less to be
// written and read on the way.
bool LayerBuilder::take_in(Activation activation) {
  if (graph_.nodes.empty() || graph_.nodes.back().outputs[0] != output()) return false;
  const auto* op = graph_.nodes.back().op.as<ops::BatchNormTrain>();
  if (!op || op->activation != Activation::linear || !has_slope_by_output(activation)) return false;
  ops::BatchNormTrain both = *op;
  both.activation = activation;
  graph_.nodes.back().op = both;
  return true;
}

void LayerBuilder::emit_activation(Activation activation) {
  if (activation == Activation::linear) return;
  if (take_in(activation)) return;
  emit(ops::Activate{shape(output()), activation}, {output()});
}

void LayerBuilder::forward(int value) {
  graph_.layer_output[index] = value;
}

int LayerBuilder::truth(const Shape& shape) {
  int& value = graph_.training->truth;
  if (value < 0) value = graph_.add_value({{.shape = shape, .kind = Kind::input}});
  if (!(graph_.shape(value) == shape))
    refuse("classes", "its truth would be " + describe(shape) + " and that of a layer before it is " +
                          describe(graph_.shape(value)) + "; one is needed for all");
  return value;
}

int LayerBuilder::seen() {
  int& value = graph_.training->seen;
  if (value < 0) value = graph_.add_value({once({1, 1, 1}, Kind::input)});
  return value;
}

int LayerBuilder::draw() {
  int& value = graph_.training->draw;
  if (value < 0) value = graph_.add_value({once(DrawKey::shape(), Kind::input)});
  return value;
}

Training::Loss& LayerBuilder::loss(Op op, int value) {
  const int truth_value = truth(op.reads()[1].value.shape);
  std::vector<int> inputs{value, truth_value};
  if (op.reads().size() > inputs.size()) inputs.push_back(seen());
  if (op.reads().size() > inputs.size()) inputs.push_back(draw());
  const int gradient = graph_.add_node(std::move(op), std::move(inputs), index), parts = gradient + 1;
  graph_.values[static_cast<std::size_t>(parts)].kind = Kind::result;
  return graph_.training->losses.emplace_back(Training::Loss{parts, index});
}

void LayerBuilder::head(Head head) {
  base(head).value = output();
  base(head).layer = index;
  graph_.values[output()].kind = Kind::result;
  graph_.heads.push_back(std::move(head));
}

void LayerBuilder::class_tree(const ClassTree* tree) {
  graph_.class_tree = tree ? std::optional(*tree) : std::nullopt;
}

void LayerBuilder::refuse_unsupported(std::string_view key, std::string_view what) {
  if (!options.flag(key, false)) return;
  const std::string subject = what.empty() ? std::string(key) + " is" : std::string(what);
  refuse(key, subject + " not supported yet; only " + std::string(key) + "=0 is");
}

void LayerBuilder::warn(std::string_view key, const std::string& what) {
  graph_.warnings.push_back(options.place(key) + ": layer " + std::to_string(index) + " [" +
                            graph_.layer_type[index] + "]: " + what);
}

void LayerBuilder::refuse(std::string_view key, const std::string& what) {
  if (!error_) options.refuse(key, what);
}

void LayerBuilder::refuse(Error error) {
  if (!this->error()) error_ = std::move(error);
}

std::optional<Error> shape_error(const std::string& place, Shape shape, std::int64_t max_bytes) {
  if (shape.c < 1 || shape.h < 1 || shape.w < 1)
    return Error{Failure::malformed,
                 place + ": the output would be " + describe(shape) + "; each side must be at least 1"};
  constexpr std::int64_t float_bytes = sizeof(float);
  const std::int64_t cells = saturated_product({shape.c, shape.h, shape.w});
  if (cells > max_bytes / float_bytes)
    return Error{Failure::too_large, place + ": an output of " + describe(shape) + " needs " +
                                         std::to_string(saturated_product({cells, float_bytes})) +
                                         " bytes; one may take " + std::to_string(max_bytes)};
  return std::nullopt;
}

std::string describe(Shape shape) {
  return std::to_string(shape.c) + "x" + std::to_string(shape.h) + "x" + std::to_string(shape.w);
}

}  // namespace nightjar
