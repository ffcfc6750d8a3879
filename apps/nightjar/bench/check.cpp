// The comparison with the CPU's direct convolutions.
#include "apps/nightjar/bench/check.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <random>

namespace nightjar {
namespace {

// What the heads of a network of 75 convolutions may lose: on a CPU by the rounding of Winograd's transforms
// (DESIGN), on a GPU by the order of the sums, and by the 11 bits that tf32 and fp16 leave of what is
// multiplied; fp16 also rounds what lies between two layers.
struct Limit {
  double error;
  const char* text;
};
Limit limit_of(const LoadedModel& loaded) {
  if (loaded.model.device() == "cpu") return {1e-3, "1e-3"};
  switch (loaded.options.precision) {
    case Precision::fp32:
      return {1e-4, "1e-4"};
    case Precision::tf32:
      return {2e-3, "2e-3"};
    case Precision::fp16:
      return {1e-2, "1e-2"};
  }
  return {0, "0"};
}

using Answers = std::map<int, std::vector<float>>;  // by Darknet's layer number

// The heads, the last layer, and what feeds each: a softmax or a sigmoid hides errors of what it reads.
std::vector<int> layers_to_compare(const Model& model) {
  std::vector<int> layers = model.head_layers();
  layers.push_back(model.layers() - 1);
  for (std::size_t i = layers.size(); i-- > 0;) layers.push_back(layers[i] - 1);
  return layers;
}

Result<Answers> answers_of(const Model& model, Context& context) {
  Answers answers;
  const std::vector<int> wanted = layers_to_compare(model);
  const auto keep = [&](int layer, Shape, std::span<const float> values) {
    if (std::find(wanted.begin(), wanted.end(), layer) != wanted.end())
      answers[layer] = {values.begin(), values.end()};
  };
  const auto output = context.forward(made_up_input(model.input()), keep);
  if (!output) return output.error();
  return answers;
}

double relative_error(std::span<const float> found, std::span<const float> expected) {
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < expected.size(); i++) {
    const double d = double{found[i]} - double{expected[i]};
    difference += d * d;
    size += double{expected[i]} * double{expected[i]};
  }
  return std::sqrt(difference / std::max(size, 1e-30));
}

}  // namespace

std::vector<float> made_up_input(Shape shape, unsigned seed) {
  std::minstd_rand random(seed);
  std::vector<float> values(static_cast<std::size_t>(shape.size()));
  for (float& value : values)
    value = static_cast<float>(random()) / static_cast<float>(std::minstd_rand::max());
  return values;
}

Result<void> make_up_inputs(const Model& model, int batch, Context& context) {
  std::vector<float> inputs;
  for (int image = 0; image < batch; ++image) {
    const auto input = made_up_input(model.input(), static_cast<unsigned>(image) + 1);
    inputs.insert(inputs.end(), input.begin(), input.end());
  }
  return context.forward_batch(inputs);
}

Result<double> check_heads(const LoadedModel& loaded, Context& context) {
  ModelOptions options = loaded.options;
  options.device = "cpu";
  options.precision = Precision::fp32;
  options.convolutions = Library::ours;
  options.winograd = false;
  options.tune = false;
  const auto direct = Model::load(loaded.files[0], loaded.files[1], options);
  if (!direct) return direct.error();
  auto direct_context = Context::create(*direct);
  if (!direct_context) return direct_context.error();
  const auto expected = answers_of(*direct, *direct_context);
  if (!expected) return expected.error();
  const auto found = answers_of(loaded.model, context);
  if (!found) return found.error();
  const Limit limit = limit_of(loaded);
  const std::string& device = loaded.model.device();
  double worst = 0;
  for (const auto& [layer, values] : *expected) {
    const double error = relative_error(found->at(layer), values);
    if (error <= limit.error) {  // false for NaN
      worst = std::max(worst, error);
      continue;
    }
    char text[32];
    std::snprintf(text, sizeof text, "%.2g", error);
    return Error{Failure::device, loaded.files[0] + ": layer " + std::to_string(layer) +
                                      " differs from the CPU's direct convolutions by " + text +
                                      ", at most " + limit.text + " is right; " +
                                      (device == "cpu" ? "this CPU" : device) +
                                      " or this build computes wrongly"};
  }
  return worst;
}

}  // namespace nightjar
