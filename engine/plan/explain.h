// The plan as a table: what runs, where, and what was not chosen.
#pragma once

#include <string>

#include "engine/nightjar.h"
#include "engine/plan/plan.h"

namespace nightjar {

// A line a step: Darknet layers, operation, output shape, kernel with its estimated cost and the rejected
// candidates with theirs, place in the arena. The last line is their sum, and `end` behind it. Estimates are
// printed in `unit`, of which one is `scale`. Deterministic for one cfg and device.
struct Unit {
  const char* name;
  double scale;
};
std::string explain(const Graph& graph, const Plan& plan, const Unit& unit, const std::string& end);

// "5" or "5-7": the Darknet layers whose output a node writes.
std::string layers_of(const Graph& graph, int node);
// A step as a line of a profile; `milliseconds` are the whole batch's.
StepTime step_time(const Graph& graph, const Step& step, double milliseconds, int batch);

}  // namespace nightjar
