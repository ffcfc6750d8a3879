// Parameters -> packed weights: read, checked, what is derived from them computed, laid out as each kernel
// reads them.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "engine/host/thread_pool.h"
#include "engine/parameters.h"
#include "engine/plan/plan.h"

namespace nightjar {

// Takes the weights of a step as its kernel's pack() wants them.
using PackStep = std::function<Result<void>(const Step& step, Weights weights)>;

// Reads what steps compute with and hands it over, several steps at once, each on one thread of the pool, so
// that no more than the largest one's weights a thread are held twice. Errors: cannot_read; malformed for
// NaN, infinity or a negative variance, naming the layer; too_large; what `pack` returns. Of several, the one
// of the first step.
Result<void> pack_weights(const Graph& graph, std::span<const Step* const> steps,
                          const ParameterSource& source, ThreadPool& pool, const PackStep& pack);

// Reads parameter `index` of the graph and checks its values; rows and columns as the kernels want them.
Result<void> read_parameter(const Graph& graph, int index, const ParameterSource& source,
                            std::span<float> values);

// Back from the order that kernels want to the weights file's.
void order_as_file(const Parameter& parameter, std::span<float> values);

// A constant of the graph, planar floats: a parameter as read_parameter() reads it, or what nodes compute
// from such.
Result<std::vector<float>> evaluate_constant(const Graph& graph, int value, const ParameterSource& source);

// "x.cfg: 123 bytes of weights do not fit into memory; ..."
Error no_memory_for_weights(const Graph& graph, std::int64_t bytes);

}  // namespace nightjar
