#include "engine/plan/explain.h"

#include <algorithm>

#include "engine/format_line.h"

namespace nightjar {
namespace {

// One short phrase an operation; the fused parts behind a plus.
struct Describe {
  std::string operator()(const ops::Input&) const { return "input"; }
  std::string operator()(const ops::Conv& op) const {
    std::string text = format("conv %dx%d", op.size, op.size);
    if (op.stride_x > 1 || op.stride_y > 1) text += format("/%d", op.stride_x);
    if (op.groups > 1) text += format(" g%d", op.groups);
    if (op.dilation > 1) text += format(" d%d", op.dilation);
    if (op.activation != Activation::linear) text += std::string(" + ") + name_of(op.activation);
    if (op.residual) text += " + add";
    if (op.residual_activation != Activation::linear)
      text += std::string(" + ") + name_of(op.residual_activation);
    return text;
  }
  std::string operator()(const ops::Connected&) const { return "connected"; }
  std::string operator()(const ops::BatchNorm&) const { return "batchnorm"; }
  std::string operator()(const ops::Activate& op) const { return name_of(op.activation); }
  std::string operator()(const ops::NormalizeChannels&) const { return "normalize channels"; }
  std::string operator()(const ops::Add& op) const { return format("add of %d", op.inputs); }
  std::string operator()(const ops::Concat& op) const { return format("concat of %zu", op.slices.size()); }
  std::string operator()(const ops::Upsample& op) const { return format("upsample x%d", op.stride); }
  std::string operator()(const ops::MaxPool& op) const {
    return format("maxpool %dx%d/%d", op.size, op.size, op.stride_x);
  }
  std::string operator()(const ops::MaxPoolDepth&) const { return "maxpool over channels"; }
  std::string operator()(const ops::LocalAvgPool& op) const {
    return format("avgpool %dx%d/%d", op.size, op.size, op.stride_x);
  }
  std::string operator()(const ops::AvgPool&) const { return "avgpool"; }
  std::string operator()(const ops::Reorg& op) const { return format("reorg /%d", op.stride); }
  std::string operator()(const ops::Multiply&) const { return "multiply"; }
  std::string operator()(const ops::Softmax&) const { return "softmax"; }
  std::string operator()(const ops::YoloHead&) const { return "yolo head"; }
  std::string operator()(const ops::GaussianHead&) const { return "gaussian yolo head"; }
  std::string operator()(const ops::RegionHead&) const { return "region head"; }
};

}  // namespace

std::string describe(const Op& op) {
  return std::visit(Describe{}, op);
}

std::string layers_of(const Graph& graph, int node) {
  const int first = graph.nodes[static_cast<std::size_t>(node)].layer;
  int last = first;
  for (int layer = 0; layer < static_cast<int>(graph.layer_output.size()); ++layer) {
    if (graph.layer_output[static_cast<std::size_t>(layer)] == node) last = std::max(last, layer);
  }
  return first == last ? format("%d", first) : format("%d-%d", first, last);
}

StepTime step_time(const Graph& graph, int index, const char* kernel, double milliseconds, int batch) {
  const Node& node = graph.nodes[static_cast<std::size_t>(index)];
  return {layers_of(graph, index),
          describe(node.op),
          kernel,
          node.shape,
          milliseconds,
          static_cast<double>(flops(node)) * 1e-9 * batch,
          0};
}

namespace {

// " (123 us)" where the candidate was timed.
std::string measured(const Choice& c) {
  return c.microseconds > 0 ? format(" (%.0f us)", c.microseconds) : "";
}

std::string rejected(const ExplainedStep& step) {
  std::string text;
  for (std::size_t i = 1; i < step.choices.size(); ++i) {
    const Choice& c = step.choices[i];
    text += format("%s%s %.2f", i == 1 ? "" : ", ", c.kernel, c.cost) + measured(c);
  }
  return text.empty() ? "-" : text;
}

std::string shape_text(const Shape& s) {
  return format("%dx%dx%d", s.c, s.h, s.w);
}

}  // namespace

std::string explain(const Graph& graph, const std::vector<ExplainedStep>& steps, const char* unit) {
  std::string table = format("%4s %-8s %-34s %-14s %-36s %9s %12s %10s  rejected (%s)\n", "step", "layers",
                             "operation", "out c x h x w", "kernel", unit, "at byte", "bytes", unit);
  double cost = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const ExplainedStep& step = steps[i];
    const Node& node = graph.nodes[static_cast<std::size_t>(step.node)];
    const Choice& chosen = step.choices[0];
    cost += chosen.cost;
    table +=
        format("%4zu %-8s %-34s %-14s %-36s %9.2f %12lld %10lld  %s\n", i,
               layers_of(graph, step.node).c_str(), describe(node.op).c_str(), shape_text(node.shape).c_str(),
               (chosen.kernel + measured(chosen)).c_str(), chosen.cost, static_cast<long long>(step.at_byte),
               static_cast<long long>(step.bytes), rejected(step).c_str());
  }
  return table + format("%zu steps, %.0f %s", steps.size(), cost, unit);
}

std::string explain(const Graph& graph, const Plan& plan) {
  std::vector<ExplainedStep> steps;
  for (const Step& step : plan.steps) {
    const Value& value = plan.values[static_cast<std::size_t>(step.node)];
    const Storage& s = plan.storages[static_cast<std::size_t>(value.storage)];
    const int blocks = (value.shape.c + value.block - 1) / value.block;
    ExplainedStep line{step.node, {}, (s.offset + value.first_block * s.plane()) * 4, blocks * s.plane() * 4};
    for (const Candidate& c : step.candidates)
      line.choices.push_back({c.kernel->name, c.cycles * 1e-6, c.microseconds});
    steps.push_back(std::move(line));
  }
  return explain(graph, steps, "Mcycles") + format(", %s, activations %.1f MB, packed weights %.1f MB\n",
                                                   plan.isa.c_str(), double(plan.arena_elements) * 4e-6,
                                                   double(plan.packed_floats) * 4e-6);
}

}  // namespace nightjar
