#include "engine/plan/pack.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <exception>
#include <mutex>
#include <optional>

namespace nightjar {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

std::int64_t bytes_of_value(const Graph& graph, int value) {
  const GraphValue& v = graph.values[at(value)];
  return whole_lines(v.shape.size() * bytes_of(v.type));
}

// What one thread evaluates a step's constants in, one after the other; given back to the system when all is
// packed.
class ConstantReader {
 public:
  ConstantReader(const Graph& graph, const ParameterSource& source, std::int64_t bytes)
      : graph_(graph), source_(source), memory_(allocate_host(bytes)) {}
  explicit operator bool() const { return memory_ != nullptr; }

  // What the values of a node's weights take, and what these are computed from.
  static std::int64_t bytes(const Graph& graph, const Node& node) {
    std::int64_t total = 0;
    for (const int value : inputs_of(node, Role::weight)) total += bytes_behind(graph, value);
    return total;
  }
  // What a value takes, and what it is computed from.
  static std::int64_t bytes_behind(const Graph& graph, int value) {
    const GraphValue& v = graph.values[at(value)];
    if (v.producer < 0) return bytes_of_value(graph, value);
    std::int64_t total = 0;
    const Node& node = graph.nodes[at(v.producer)];
    for (const int input : node.inputs) total += bytes_behind(graph, input);
    const Operands written = node.op.writes();
    for (std::size_t i = 0; i < written.size(); ++i)
      if (written[i].overlays < 0) total += bytes_of_value(graph, node.outputs[i]);
    return total;
  }

  void clear() {
    used_ = 0;
    known_.clear();
  }

  // A constant, planar: read, or computed from those that are.
  Result<std::byte*> evaluate(int value) {
    for (const auto& [known, data] : known_)
      if (known == value) return data;
    const GraphValue& v = graph_.values[at(value)];
    if (v.producer >= 0) {
      if (auto done = compute(graph_.nodes[at(v.producer)]); !done) return done.error();
      return evaluate(value);
    }
    std::byte* const data = take(value);
    const std::span values(reinterpret_cast<float*>(data), static_cast<std::size_t>(v.shape.size()));
    if (auto read = read_parameter(graph_, v.parameter, source_, values); !read) return read.error();
    return data;
  }

 private:
  std::byte* take(int value) {
    std::byte* const data = memory_.get() + used_;
    used_ += bytes_of_value(graph_, value);
    known_.emplace_back(value, data);
    return data;
  }

  // An output takes the place of the input that it overlays, which nobody else of the step reads.
  Result<void> compute(const Node& node) {
    std::vector<Tensor> in, out;
    for (const int input : node.inputs) {
      const auto data = evaluate(input);
      if (!data) return data.error();
      in.push_back(planar_tensor(*data, graph_.shape(input), 1, graph_.values[at(input)].type));
    }
    const Operands written = node.op.writes();
    for (std::size_t i = 0; i < written.size(); ++i) {
      void* data = nullptr;
      if (written[i].overlays >= 0) {
        data = in[at(written[i].overlays)].data;
        known_.emplace_back(node.outputs[i], static_cast<std::byte*>(data));
      } else {
        data = take(node.outputs[i]);
      }
      out.push_back(planar_tensor(data, written[i].value.shape, 1, written[i].value.type));
    }
    node.op.define(in, out);
    return {};
  }

  const Graph& graph_;
  const ParameterSource& source_;
  HostMemory memory_;
  std::int64_t used_ = 0;
  std::vector<std::pair<int, std::byte*>> known_;  // values of the step, and where they are
};

// True unless a value is NaN or infinite: those have all exponent bits set. Written to be vectorised.
bool is_finite(std::span<const float> values) {
  constexpr std::uint32_t exponent = 0x7f800000;
  std::uint32_t bad = 0;
  for (const float v : values) bad |= (std::bit_cast<std::uint32_t>(v) & exponent) == exponent;
  return bad == 0;
}

// A matrix of cols x rows elements, runs of so many floats -> rows x cols.
void transpose(std::span<float> values, std::int64_t rows, std::int64_t cols, std::int64_t run) {
  const std::vector<float> stored(values.begin(), values.end());
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t c = 0; c < cols; ++c)
      std::copy_n(stored.data() + (c * rows + r) * run, run, values.data() + (r * cols + c) * run);
  }
}

Result<void> pack_step(const Graph& graph, const Step& step, ConstantReader& reader, const PackStep& pack) {
  std::array<const void*, max_weights + 1> arrays{};
  reader.clear();
  std::size_t next = 0;
  for (const int value : inputs_of(graph.nodes[at(step.node)], Role::weight)) {
    const auto data = reader.evaluate(value);
    if (!data) return data.error();
    arrays[next++] = *data;
  }
  return pack(step, {arrays.data()});
}

}  // namespace

Result<void> read_parameter(const Graph& graph, int index, const ParameterSource& source,
                            std::span<float> values) {
  const Parameter& parameter = graph.parameters[at(index)];
  if (auto read = source.read(graph, index, values); !read) return read.error();
  const auto where = [&] {
    return graph.file + ": the " + name_of(parameter) + " of layer " + std::to_string(parameter.layer) +
           " (" + graph.layer_type[at(parameter.layer)] + ") in the weights file ";
  };
  if (!is_finite(values)) {
    return Error{Failure::malformed,
                 where() + "hold NaN or infinity; the file is damaged or belongs to another cfg"};
  }
  if (parameter.name == "rolling_variance" && *std::min_element(values.begin(), values.end()) < 0) {
    return Error{Failure::malformed,
                 where() + "hold a negative variance; the file is damaged or belongs to another cfg"};
  }
  if (parameter.transposed_rows != 0)
    transpose(values, parameter.transposed_rows, parameter.transposed_cols, parameter.transposed_run);
  return {};
}

Result<std::vector<float>> evaluate_constant(const Graph& graph, int value, const ParameterSource& source) {
  assert(is_constant(graph, value) && graph.values[at(value)].type == Type::f32);
  const std::int64_t bytes = ConstantReader::bytes_behind(graph, value);
  ConstantReader reader(graph, source, bytes);
  if (!reader) return no_memory_for_weights(graph, bytes);
  const auto data = reader.evaluate(value);
  if (!data) return data.error();
  const auto* first = reinterpret_cast<const float*>(*data);
  return std::vector<float>(first, first + graph.shape(value).size());
}

void order_as_file(const Parameter& parameter, std::span<float> values) {
  if (parameter.transposed_rows != 0)
    transpose(values, parameter.transposed_cols, parameter.transposed_rows, parameter.transposed_run);
}

Error no_memory_for_weights(const Graph& graph, std::int64_t bytes) {
  return {Failure::too_large, graph.file + ": " + std::to_string(bytes) +
                                  " bytes of weights do not fit into memory; use a smaller network"};
}

Result<void> pack_weights(const Graph& graph, std::span<const Step* const> steps,
                          const ParameterSource& source, ThreadPool& pool, const PackStep& pack) {
  std::int64_t most = 0;
  for (const Step* step : steps)
    most = std::max(most, ConstantReader::bytes(graph, graph.nodes[at(step->node)]));
  std::vector<ConstantReader> readers;
  for (int i = 0; i < pool.threads(); ++i) {
    readers.emplace_back(graph, source, most);
    if (!readers.back()) return no_memory_for_weights(graph, most);
  }
  std::mutex mutex;
  int first_failed = static_cast<int>(steps.size());
  std::optional<Error> error;  // of the first step that failed, whichever thread it ran on
  std::exception_ptr thrown;   // for want of memory; it must not leave the thread it was thrown on
  const auto pack_one = [&](int i, int thread) {
    auto done = pack_step(graph, *steps[at(i)], readers[at(thread)], pack);
    if (done) return;
    const std::lock_guard lock(mutex);
    if (i < first_failed) first_failed = i, error = done.error();
  };
  pool.run(static_cast<int>(steps.size()), [&](int begin, int end, int thread) {
    try {
      for (int i = begin; i < end; ++i) pack_one(i, thread);
    } catch (...) {
      const std::lock_guard lock(mutex);
      thrown = std::current_exception();
    }
  });
  if (thrown) std::rethrow_exception(thrown);
  if (error) return *error;
  return {};
}

}  // namespace nightjar
