#include "engine/plan/explain.h"

#include <algorithm>

#include "engine/format_line.h"

namespace nightjar {
namespace {

const Node& node_of(const Graph& graph, const Step& step) {
  return graph.nodes[static_cast<std::size_t>(step.node)];
}

// " (123 us)" where the candidate was timed.
std::string measured(const Candidate& c) {
  return c.measured > 0 ? format(" (%.0f us)", c.measured) : "";
}

std::string rejected(const Step& step, double scale) {
  std::string text;
  for (std::size_t i = 1; i < step.candidates.size(); ++i) {
    const Candidate& c = step.candidates[i];
    text += format("%s%s %.2f", i == 1 ? "" : ", ", c.kernel->name, c.estimate / scale) + measured(c);
  }
  return text.empty() ? "-" : text;
}

std::string shape_text(const Shape& s) {
  return format("%dx%dx%d", s.c, s.h, s.w);
}

// Of the value's channel blocks.
long long bytes_of_place(const Plan& plan, int value, const Shape& shape) {
  const Storage& s = plan.storage_of(value);
  const int block = plan.places[static_cast<std::size_t>(value)].block,
            blocks = (shape.c + block - 1) / block;
  const std::int64_t elements = s.by_pixel ? std::int64_t{s.h} * s.w * blocks * block : blocks * s.plane();
  return static_cast<long long>(elements * bytes_of(s.type) * std::max(1, plan.batch));
}

}  // namespace

std::string layers_of(const Graph& graph, int node) {
  const Node& n = graph.nodes[static_cast<std::size_t>(node)];
  int last = n.layer;
  for (int layer = 0; layer < static_cast<int>(graph.layer_output.size()); ++layer)
    if (graph.layer_output[static_cast<std::size_t>(layer)] == n.outputs[0]) last = std::max(last, layer);
  return n.layer == last ? format("%d", last) : format("%d-%d", n.layer, last);
}

StepTime step_time(const Graph& graph, const Step& step, double milliseconds, int batch) {
  const Node& node = node_of(graph, step);
  return {.layers = layers_of(graph, step.node),
          .operation = node.op.words(),
          .kernel = step.kernel->name,
          .output = graph.shape(node.outputs[0]),
          .milliseconds = milliseconds,
          .gflop = static_cast<double>(node.op.flops()) * 1e-9 * batch};
}

std::string explain(const Graph& graph, const Plan& plan, const Unit& unit, const std::string& end) {
  std::string table =
      format("%4s %-8s %-34s %-14s %-36s %9s %12s %10s  rejected (%s)\n", "step", "layers", "operation",
             "out c x h x w", "kernel", unit.name, "at byte", "bytes", unit.name);
  double cost = 0;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const Step& step = plan.steps[i];
    const int value = node_of(graph, step).outputs[0];
    const Candidate& chosen = step.candidates[0];
    cost += chosen.estimate / unit.scale;
    table += format("%4zu %-8s %-34s %-14s %-36s %9.2f %12lld %10lld  %s\n", i,
                    layers_of(graph, step.node).c_str(), node_of(graph, step).op.words().c_str(),
                    shape_text(graph.shape(value)).c_str(), (chosen.kernel->name + measured(chosen)).c_str(),
                    chosen.estimate / unit.scale,
                    static_cast<long long>(first_byte(plan, value) * std::max(1, plan.batch)),
                    bytes_of_place(plan, value, graph.shape(value)), rejected(step, unit.scale).c_str());
  }
  return table + format("%zu steps, %.0f %s, %s", plan.steps.size(), cost, unit.name, plan.isa.c_str()) + end;
}

}  // namespace nightjar
