// The plan as a table: what runs, where, and what was not chosen.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/nightjar.h"
#include "engine/plan/plan.h"

namespace nightjar {

// A kernel that takes a step's operation.
struct Choice {
  const char* kernel;
  double cost;              // estimated
  double microseconds = 0;  // measured; 0 where it was not
};

struct ExplainedStep {
  int node;
  std::vector<Choice> choices;  // the chosen one first
  std::int64_t at_byte, bytes;  // its output, in the arena
};

// A line a step: Darknet layers, operation, output shape, kernel with its estimated cost and the rejected
// candidates with theirs, place in the arena. The last line, which has no end, is their sum. `unit` is that
// of the costs.
std::string explain(const Graph& graph, const std::vector<ExplainedStep>& steps, const char* unit);
// The same for a plan. Deterministic for one cfg and instruction set.
std::string explain(const Graph& graph, const Plan& plan);

// "conv 3x3/2 + leaky": an operation and what is fused into it.
std::string describe(const Op& op);
// "5" or "5-7": the Darknet layers whose output a node is.
std::string layers_of(const Graph& graph, int node);
// A step as a line of a profile; `milliseconds` are the whole batch's.
StepTime step_time(const Graph& graph, int node, const char* kernel, double milliseconds, int batch);

}  // namespace nightjar
