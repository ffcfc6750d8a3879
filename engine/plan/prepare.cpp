#include "engine/plan/prepare.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <optional>

namespace nightjar {
namespace {

using Values = std::vector<float>;

// True unless a value is NaN or infinite: those have all exponent bits set. Written to be vectorised.
bool is_finite(std::span<const float> values) {
  float sum = 0;  // 0 * x is 0 for every finite x, NaN otherwise
  for (const float v : values) sum += 0 * v;
  return sum == 0;
}

void transpose(const Parameter& parameter, Values& values) {
  const auto rows = static_cast<std::size_t>(parameter.transposed_rows);
  const auto cols = static_cast<std::size_t>(parameter.transposed_cols);
  Values result(values.size());
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < cols; ++c) result[r * cols + c] = values[c * rows + r];
  }
  values = std::move(result);
}

Result<Values> read_parameter(const Graph& graph, int index, const ParameterSource& source) {
  const Parameter& parameter = graph.parameters[static_cast<std::size_t>(index)];
  Values values(static_cast<std::size_t>(parameter.count));
  if (auto read = source.read(graph, index, values); !read) return read.error();
  const auto where = [&] {
    return graph.file + ": the " + parameter.name + " of layer " + std::to_string(parameter.layer) + " (" +
           graph.layer_type[static_cast<std::size_t>(parameter.layer)] + ") in the weights file ";
  };
  if (!is_finite(values)) {
    return Error{Failure::malformed, where() + "hold NaN or infinity; the file is damaged or belongs to another cfg"};
  }
  if (parameter.name == "rolling_variance" && *std::min_element(values.begin(), values.end()) < 0) {
    return Error{Failure::malformed, where() + "hold a negative variance; the file is damaged or belongs to another cfg"};
  }
  if (parameter.transposed_rows != 0) transpose(parameter, values);
  return values;
}

// Scales filter n's weights by scale / sqrt(variance + 1e-5) and moves its bias by -mean times that, in double, stored
// as float, as AlexeyAB's Darknet does (SEMANTICS.md 3.2).
void fold(std::vector<Values>& arrays) {
  Values &weights = arrays[0], &biases = arrays[1];
  const std::size_t filters = biases.size(), taps = weights.size() / filters;
  for (std::size_t n = 0; n < filters; ++n) {
    const double factor = double(arrays[2][n]) / std::sqrt(double(arrays[4][n]) + 1e-5);
    biases[n] = static_cast<float>(biases[n] - factor * arrays[3][n]);
    for (std::size_t t = 0; t < taps; ++t) {
      weights[n * taps + t] = static_cast<float>(weights[n * taps + t] * factor);
    }
  }
  arrays.resize(2);
}

bool is_folded(const Node& node) {
  return node.parameters.size() == 5 &&
         (std::holds_alternative<ops::Conv>(node.op) || std::holds_alternative<ops::Connected>(node.op));
}

Result<void> pack_step(const Graph& graph, const Step& step, const ParameterSource& source, float* packed) {
  const Node& node = graph.nodes[static_cast<std::size_t>(step.node)];
  std::vector<Values> arrays;
  for (const int parameter : node.parameters) {
    auto values = read_parameter(graph, parameter, source);
    if (!values) return values.error();
    arrays.push_back(std::move(*values));
  }
  if (is_folded(node)) fold(arrays);
  std::vector<const float*> pointers;
  for (const Values& values : arrays) pointers.push_back(values.data());
  pointers.push_back(nullptr);  // a convolution without a bias
  step.kernel->pack(node.op, pointers.data(), packed + step.packed);
  return {};
}

}  // namespace

Result<Floats> pack_weights(const Graph& graph, const Plan& plan, const ParameterSource& source, ThreadPool& pool) {
  Floats packed = allocate_floats(plan.packed_floats);
  if (!packed) {
    return Error{Failure::too_large, graph.file + ": " + std::to_string(plan.packed_floats * 4) +
                                         " bytes of weights do not fit into memory"};
  }
  std::mutex mutex;
  int first_failed = static_cast<int>(plan.steps.size());
  std::optional<Error> error;  // of the first step that failed, whichever thread it ran on
  pool.run(static_cast<int>(plan.steps.size()), [&](int begin, int end, int) {
    for (int i = begin; i < end; ++i) {
      const Step& step = plan.steps[static_cast<std::size_t>(i)];
      if (step.packed_floats == 0) continue;
      if (auto done = pack_step(graph, step, source, packed.get()); !done) {
        const std::lock_guard lock(mutex);
        if (i < first_failed) first_failed = i, error = done.error();
      }
    }
  });
  if (error) return *error;
  return packed;
}

}  // namespace nightjar
