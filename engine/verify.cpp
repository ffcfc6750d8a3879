// Whether a graph holds together.
#include <cstdio>
#include <cstdlib>

#include "engine/graph.h"

namespace nightjar {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

std::string text(const Value& v) {
  return std::to_string(v.shape.c) + "x" + std::to_string(v.shape.h) + "x" + std::to_string(v.shape.w) +
         (v.type == Type::f32   ? ""
          : v.type == Type::f16 ? " f16"
                                : " i8 * " + std::to_string(v.scale)) +
         (v.per_image ? "" : " for all images");
}

class Verifier {
 public:
  explicit Verifier(const Graph& graph) : graph_(graph), written_(graph.values.size(), false) {}

  // In the order in which a first fault is found.
  std::string fault() {
    for (std::size_t value = 0; value < graph_.values.size(); ++value)
      if (std::string found = fault_of_value(value); !found.empty())
        return "value " + std::to_string(value) + ": " + found;
    for (std::size_t node = 0; node < graph_.nodes.size(); ++node)
      if (std::string found = fault_of_node(static_cast<int>(node)); !found.empty())
        return "node " + std::to_string(node) + " (" + graph_.nodes[node].op.words() + "): " + found;
    if (std::string found = fault_of_parameters(); !found.empty()) return found;
    return fault_of_ends();
  }

 private:
  std::string fault_of_value(std::size_t number) const {
    const GraphValue& v = graph_.values[number];
    if (v.shape.c < 1 || v.shape.h < 1 || v.shape.w < 1) return "has the shape " + text(v);
    if (!outlives_a_run(v.kind) && v.producer < 0) return "nobody writes it";
    if (v.producer >= static_cast<int>(graph_.nodes.size())) return "is written by a node that is not there";
    if (v.per_image && v.kind == Kind::parameter) return "is a parameter, and per image";
    return "";
  }

  // What a node reads must have been written by then, unless an earlier run wrote it; a value that outlives a
  // run is not read after it was written.
  std::string fault_of_read(int value) const {
    if (value < 0 || at(value) >= graph_.values.size()) return "reads a value that is not there";
    const GraphValue& v = graph_.values[at(value)];
    const bool from_outside = outlives_a_run(v.kind) && !is_derived(v);
    if (from_outside == written_[at(value)])
      return "reads value " + std::to_string(value) +
             (from_outside ? " after it was written" : " before it is written");
    return "";
  }

  // An update finds what runs left.
  void begin_update() {
    for (std::size_t i = 0; i < graph_.values.size(); ++i)
      if (outlives_a_run(graph_.values[i].kind) && !is_derived(graph_.values[i])) written_[i] = false;
  }

  // A value has one writer; what outlives a run, one a phase, of which the last counts as its producer.
  // Beside it a memory may have one that hands it on from step to step.
  bool may_write(const Node& node, int number, const GraphValue& value) const {
    if (value.producer == number || is_handed_on(node, value)) return true;
    const bool in_update = value.producer >= 0 && graph_.nodes[at(value.producer)].phase == Phase::update;
    return in_update && node.phase == Phase::run && outlives_a_run(value.kind);
  }

  static bool is_handed_on(const Node& node, const GraphValue& value) {
    return node.hands_on && node.walk != Walk::at_once && is_memory(value);
  }

  std::string fault_of_operands(const Operands& operands, const std::vector<int>& values,
                                const char* verb) const {
    if (operands.size() != values.size())
      return std::string(verb) + " " + std::to_string(values.size()) + " values, and its operation " +
             std::to_string(operands.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      const Value& v = graph_.values[at(values[i])];
      const Value& wanted = operands[i].value;
      if (!(v.shape == wanted.shape) || v.type != wanted.type || v.scale != wanted.scale ||
          v.per_image != wanted.per_image)
        return std::string(verb) + " " + operands[i].name + " as " + text(v) + "; its operation as " +
               text(wanted);
    }
    return "";
  }

  std::string fault_of_node(int number) {
    const Node& node = graph_.nodes[at(number)];
    const Phase before = number > 0 ? graph_.nodes[at(number) - 1].phase : node.phase;
    if (node.phase < before) return "runs before an update before it";
    if (node.phase > before) begin_update();
    if (!node.op.agrees()) return "its own numbers do not agree";
    for (const int input : node.inputs)
      if (std::string found = fault_of_read(input); !found.empty()) return found;
    if (std::string found = fault_of_operands(node.op.reads(), node.inputs, "reads"); !found.empty())
      return found;
    for (const int output : node.outputs) {
      if (output < 0 || at(output) >= graph_.values.size()) return "writes a value that is not there";
      if (!may_write(node, number, graph_.values[at(output)])) return "writes a value of another node";
      // Of what is handed on, all steps are there for who comes behind.
      written_[at(output)] = !is_handed_on(node, graph_.values[at(output)]);
    }
    return fault_of_operands(node.op.writes(), node.outputs, "writes");
  }

  // The arrays lie one after the other, as in the file.
  std::string fault_of_parameters() const {
    std::int64_t offset = 0;
    for (std::size_t i = 0; i < graph_.parameters.size(); ++i) {
      const Parameter& p = graph_.parameters[i];
      if (p.offset != offset) return "parameter " + std::to_string(i) + " does not follow the one before it";
      const GraphValue& v = graph_.values[at(p.value)];
      if (v.parameter != static_cast<int>(i) || v.shape.size() != p.count)
        return "parameter " + std::to_string(i) + " is not its value's";
      offset += p.count;
    }
    return "";
  }

  bool is_there(int value) const { return value >= 0 && at(value) < graph_.values.size(); }

  std::string fault_of_ends() const {
    if (graph_.values.empty() || graph_.values[0].kind != Kind::input ||
        !(graph_.values[0].shape == graph_.input))
      return "value 0 is not the input";
    if (graph_.layer_type.size() != graph_.layer_output.size()) return "layers without a type";
    for (const int value : graph_.layer_output)
      if (value != -1 && !is_there(value)) return "a layer's output is not there";
    if (!is_there(graph_.output)) return "the output is not there";
    for (const Head& head : graph_.heads)
      if (!is_there(base(head).value) || graph_.values[at(base(head).value)].kind != Kind::result)
        return "the head of layer " + std::to_string(base(head).layer) + " is no result";
    return "";
  }

  const Graph& graph_;
  std::vector<bool> written_;  // by the nodes so far
};

}  // namespace

std::string fault_of(const Graph& graph) {
  return Verifier(graph).fault();
}

#ifdef NDEBUG
void verify(const Graph&, const char*) {}
#else
void verify(const Graph& graph, const char* after) {
  const std::string fault = fault_of(graph);
  if (fault.empty()) return;
  std::fprintf(stderr, "%s: after %s: %s\n", graph.file.c_str(), after, fault.c_str());
  std::abort();
}
#endif

}  // namespace nightjar
