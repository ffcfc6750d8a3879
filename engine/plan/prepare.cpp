#include "engine/plan/prepare.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <mutex>
#include <optional>

namespace nightjar {
namespace {

using Values = std::span<float>;

// What one thread reads a step's parameters into, one after the other; given back to the system when all is
// packed.
class ReadBuffer {
 public:
  explicit ReadBuffer(std::int64_t floats) : floats_(allocate_floats(floats)) {}
  explicit operator bool() const { return floats_ != nullptr; }

  void clear() { used_ = 0; }
  Values take(std::int64_t count) {
    used_ += count;
    return {floats_.get() + used_ - count, static_cast<std::size_t>(count)};
  }

 private:
  Floats floats_;
  std::int64_t used_ = 0;
};

std::int64_t most_floats_of_a_node(const Graph& graph, std::span<const int> nodes) {
  std::int64_t most = 0;
  for (const int node : nodes) {
    std::int64_t floats = 0;
    for (const int parameter : graph.nodes[static_cast<std::size_t>(node)].parameters) {
      floats += graph.parameters[static_cast<std::size_t>(parameter)].count;
    }
    most = std::max(most, floats);
  }
  return most;
}

// True unless a value is NaN or infinite: those have all exponent bits set. Written to be vectorised.
bool is_finite(std::span<const float> values) {
  constexpr std::uint32_t exponent = 0x7f800000;
  std::uint32_t bad = 0;
  for (const float v : values) bad |= (std::bit_cast<std::uint32_t>(v) & exponent) == exponent;
  return bad == 0;
}

void transpose(const Parameter& parameter, Values values) {
  const auto rows = static_cast<std::size_t>(parameter.transposed_rows);
  const auto cols = static_cast<std::size_t>(parameter.transposed_cols);
  const std::vector<float> stored(values.begin(), values.end());
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < cols; ++c) values[r * cols + c] = stored[c * rows + r];
  }
}

Result<void> read_parameter(const Graph& graph, int index, const ParameterSource& source, Values values) {
  const Parameter& parameter = graph.parameters[static_cast<std::size_t>(index)];
  if (auto read = source.read(graph, index, values); !read) return read.error();
  const auto where = [&] {
    return graph.file + ": the " + parameter.name + " of layer " + std::to_string(parameter.layer) + " (" +
           graph.layer_type[static_cast<std::size_t>(parameter.layer)] + ") in the weights file ";
  };
  if (!is_finite(values)) {
    return Error{Failure::malformed,
                 where() + "hold NaN or infinity; the file is damaged or belongs to another cfg"};
  }
  if (parameter.name == "rolling_variance" && *std::min_element(values.begin(), values.end()) < 0) {
    return Error{Failure::malformed,
                 where() + "hold a negative variance; the file is damaged or belongs to another cfg"};
  }
  if (parameter.transposed_rows != 0) transpose(parameter, values);
  return {};
}

// Scales filter n's weights by scale / sqrt(variance + 1e-5) and moves its bias by -mean times that, in
// double, stored as float, as AlexeyAB's Darknet does (SEMANTICS.md 3.2).
void fold(std::span<const Values> arrays) {
  const Values weights = arrays[0], biases = arrays[1];
  const std::size_t filters = biases.size(), taps = weights.size() / filters;
  for (std::size_t n = 0; n < filters; ++n) {
    const double factor = double(arrays[2][n]) / std::sqrt(double(arrays[4][n]) + 1e-5);
    biases[n] = static_cast<float>(biases[n] - factor * arrays[3][n]);
    for (std::size_t t = 0; t < taps; ++t) {
      weights[n * taps + t] = static_cast<float>(weights[n * taps + t] * factor);
    }
  }
}

bool is_folded(const Node& node) {
  return node.parameters.size() == 5 &&
         (std::holds_alternative<ops::Conv>(node.op) || std::holds_alternative<ops::Connected>(node.op));
}

Result<void> read_node(const Graph& graph, int index, const ParameterSource& source, ReadBuffer& buffer,
                       const PackNode& pack) {
  const Node& node = graph.nodes[static_cast<std::size_t>(index)];
  constexpr std::size_t most = 5;  // convolution with batch norm: weights, biases, scales, mean, variance
  std::array<Values, most> arrays;
  std::array<const float*, most + 1> pointers{};
  buffer.clear();
  for (std::size_t i = 0; i < node.parameters.size(); ++i) {
    arrays[i] = buffer.take(graph.parameters[static_cast<std::size_t>(node.parameters[i])].count);
    pointers[i] = arrays[i].data();
    if (auto done = read_parameter(graph, node.parameters[i], source, arrays[i]); !done) return done.error();
  }
  if (is_folded(node)) fold(arrays);
  return pack(index, pointers.data());
}

Error no_memory(const Graph& graph, std::int64_t floats) {
  return {Failure::too_large, graph.file + ": " + std::to_string(floats * 4) +
                                  " bytes of weights do not fit into memory; use a smaller network"};
}

}  // namespace

Result<void> read_parameters(const Graph& graph, std::span<const int> nodes, const ParameterSource& source,
                             ThreadPool& pool, const PackNode& pack) {
  const std::int64_t most = most_floats_of_a_node(graph, nodes);
  std::vector<ReadBuffer> buffers;
  for (int i = 0; i < pool.threads(); ++i) {
    buffers.emplace_back(most);
    if (!buffers.back()) return no_memory(graph, most);
  }
  std::mutex mutex;
  int first_failed = static_cast<int>(nodes.size());
  std::optional<Error> error;  // of the first node that failed, whichever thread it ran on
  pool.run(static_cast<int>(nodes.size()), [&](int begin, int end, int thread) {
    for (int i = begin; i < end; ++i) {
      const int node = nodes[static_cast<std::size_t>(i)];
      if (auto done = read_node(graph, node, source, buffers[static_cast<std::size_t>(thread)], pack);
          !done) {
        const std::lock_guard lock(mutex);
        if (i < first_failed) first_failed = i, error = done.error();
      }
    }
  });
  if (error) return *error;
  return {};
}

Result<Floats> pack_weights(const Graph& graph, const Plan& plan, const ParameterSource& source,
                            ThreadPool& pool) {
  Floats packed = allocate_floats(plan.packed_floats);
  if (!packed) return no_memory(graph, plan.packed_floats);
  std::vector<int> nodes;
  std::vector<const Step*> step_of(graph.nodes.size());
  for (const Step& step : plan.steps) {
    if (step.packed_floats > 0) nodes.push_back(step.node);
    step_of[static_cast<std::size_t>(step.node)] = &step;
  }
  const auto pack = [&](int node, const float* const* arrays) -> Result<void> {
    const Step& step = *step_of[static_cast<std::size_t>(node)];
    step.kernel->pack(graph.nodes[static_cast<std::size_t>(node)].op, arrays, packed.get() + step.packed);
    return {};
  };
  if (auto done = read_parameters(graph, nodes, source, pool, pack); !done) return done.error();
  return packed;
}

}  // namespace nightjar
