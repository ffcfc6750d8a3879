// Backward as nodes: by the chain rule from the losses on, the gradient of every parameter that is trained.
#include <algorithm>
#include <utility>

#include "engine/passes/training.h"
#include "kernels/ops/add.h"
#include "kernels/ops/copy.h"

namespace nightjar {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

// Walks the nodes backward. When a node's turn comes, all who read what it writes have had theirs, so that
// the gradients of its outputs are complete.
class Differentiation {
 public:
  explicit Differentiation(Graph graph)
      : graph_(std::move(graph)), contributions_(graph_.values.size()), sums_(graph_.values.size(), -1) {}

  Result<Graph> run() {
    find_who_learns();
    for (int i = static_cast<int>(graph_.nodes.size()) - 1; i >= 0; --i) {
      const int memory = hands_on(i);
      if (memory >= 0) expect_later_step(memory);
      if (auto done = differentiate(i); !done) return done.error();
      if (memory >= 0) contributions_[at(memory)].clear();  // what follows is by what this step read there
    }
    hand_gradients_back();
    keep_at_the_end();
    for (const Parameter& parameter : graph_.parameters) {
      const int value = parameter.value;
      if (learns_[at(value)] && sums_[at(value)] >= 0)
        graph_.training->trained.push_back({value, sums_[at(value)]});
    }
    return std::move(graph_);
  }

 private:
  // A parameter that is trained, and what depends on one, in this step or in one before.
  void find_who_learns() {
    learns_.resize(graph_.values.size());
    for (const Parameter& parameter : graph_.parameters)
      learns_[at(parameter.value)] = parameter.trained && parameter.layer > graph_.training->frozen;
    for (bool more = true; more;) {
      more = false;
      for (const Node& node : graph_.nodes)
        if (reads_what_learns(node)) more |= mark_outputs(node);
    }
  }
  // What the last run left is a constant.
  bool mark_outputs(const Node& node) {
    bool any = false;
    for (const int output : node.outputs) {
      if (learns_[at(output)] || (is_memory(graph_.values[at(output)]) && graph_.training->steps == 1))
        continue;
      any = learns_[at(output)] = true;
    }
    return any;
  }

  // The memory that a node hands to the next step; -1 where it learns nothing, or there is none.
  int hands_on(int number) {
    Node& node = graph_.nodes[at(number)];
    const int value = node.outputs[0];
    if (graph_.training->steps == 1 || !is_memory(graph_.values[at(value)])) return -1;
    node.walk = Walk::forward;
    node.hands_on = true;
    return learns_[at(value)] ? value : -1;
  }

  // What a step hands on has a gradient by what the later step made of it, which goes the other way. The last
  // step finds zeros.
  void expect_later_step(int memory) {
    const int later = add_value({{.shape = graph_.shape(memory), .kind = Kind::state}});
    contributions_[at(memory)] = {later};
    handed_back_.emplace_back(memory, later);
  }
  void hand_gradients_back() {
    for (const auto& [memory, later] : handed_back_) {
      const int gradient = gradient_of(memory);
      if (gradient < 0) continue;
      graph_.add_node_into(ops::Copy{graph_.shape(memory)}, {gradient}, {later},
                           graph_.producer(memory).layer);
      graph_.nodes.back().walk = Walk::backward;
      graph_.nodes.back().hands_on = true;
    }
  }

  // Going back, memories are read as they were.
  void keep_at_the_end() {
    std::stable_partition(graph_.nodes.begin(), graph_.nodes.end(),
                          [&](const Node& node) { return !is_memory(graph_.values[at(node.outputs[0])]); });
    graph_.find_producers();
  }

  bool reads_what_learns(const Node& node) const {
    return std::any_of(node.inputs.begin(), node.inputs.end(), [&](int input) { return learns_[at(input)]; });
  }

  Result<void> differentiate(int number) {
    const Node node = graph_.nodes[at(number)];  // a copy: the nodes grow
    if (!reads_what_learns(node)) return {};
    const auto gradient = node.op.gradient();
    if (gradient) {
      add_terms(node, *gradient);
      return {};
    }
    const bool is_asked = std::any_of(node.outputs.begin(), node.outputs.end(), [&](int output) {
      return !contributions_[at(output)].empty() || sums_[at(output)] >= 0;
    });
    if (!is_asked) return {};
    return Error{Failure::usage, graph_.file + ": layer " + std::to_string(node.layer) + " [" +
                                     graph_.layer_type[at(node.layer)] + "] cannot be trained: \"" +
                                     node.op.words() +
                                     "\" has no gradient; with stopbackward=1 in it, what is behind it can"};
  }

  // Of a node's terms, those that lead to what learns, and what these read.
  std::vector<bool> needed_terms(const Node& node, const Gradient& gradient) {
    std::vector<bool> needed(gradient.terms.size());
    for (std::size_t t = needed.size(); t-- > 0;) {
      const Gradient::Term& term = gradient.terms[t];
      for (const int of : term.of)
        if (of >= 0 && learns_[at(node.inputs[at(of)])]) needed[t] = true;
      const bool lacks = std::any_of(term.reads.begin(), term.reads.end(), [&](const Gradient::Source& s) {
        return s.from == Gradient::From::output_gradient && gradient_of(node.outputs[at(s.index)]) < 0;
      });
      if (lacks) needed[t] = false;
      for (const Gradient::Source& source : term.reads)
        if (needed[t] && source.from == Gradient::From::term) needed[at(source.index)] = true;
    }
    // What an earlier term lacks, the later one that reads it lacks too.
    for (std::size_t t = 0; t < needed.size(); ++t)
      for (const Gradient::Source& source : gradient.terms[t].reads)
        if (source.from == Gradient::From::term && !needed[at(source.index)]) needed[t] = false;
    return needed;
  }

  void add_terms(const Node& node, const Gradient& gradient) {
    const std::vector<bool> needed = needed_terms(node, gradient);
    std::vector<int> written(gradient.terms.size(), -1);  // first, by each term
    for (std::size_t t = 0; t < needed.size(); ++t) {
      if (!needed[t]) continue;
      const Gradient::Term& term = gradient.terms[t];
      std::vector<int> inputs;
      for (const Gradient::Source& source : term.reads) inputs.push_back(resolve(node, source, written));
      // What a copy would copy will do.
      written[t] = term.op.is<ops::Copy>() ? contribute(node, term.of[0], inputs[0])
                                           : add_term(node, term, std::move(inputs));
    }
  }

  int resolve(const Node& node, const Gradient::Source& source, const std::vector<int>& written) {
    switch (source.from) {
      case Gradient::From::input:
        return node.inputs[at(source.index)];
      case Gradient::From::output:
        return node.outputs[at(source.index)];
      case Gradient::From::output_gradient:
        return gradient_of(node.outputs[at(source.index)]);
      case Gradient::From::sum:
        return sum_so_far(node.inputs[at(source.index)]);
      case Gradient::From::term:
        return written[at(source.index)];
    }
    return -1;  // no such source
  }

  // Returns the first of what it writes.
  int add_term(const Node& node, const Gradient::Term& term, std::vector<int> inputs) {
    std::vector<int> outputs;
    const Operands operands = term.op.writes();
    for (std::size_t i = 0; i < operands.size(); ++i) {
      const bool is_sum = term.of[i] >= 0 && !operands[i].value.per_image;
      outputs.push_back(is_sum ? sums_[at(node.inputs[at(term.of[i])])] : add_value({operands[i].value}));
    }
    graph_.add_node_into(term.op, std::move(inputs), outputs, node.layer);
    for (std::size_t i = 0; i < operands.size(); ++i)
      if (term.of[i] >= 0 && operands[i].value.per_image) contribute(node, term.of[i], outputs[i]);
    return outputs[0];
  }

  // Adds to the gradient of a node's input; returns the contribution.
  int contribute(const Node& node, int input, int gradient) {
    const int value = node.inputs[at(input)];
    if (learns_[at(value)]) contributions_[at(value)].push_back(gradient);
    return gradient;
  }

  // The sum of all contributions; -1 where there are none.
  int gradient_of(int value) {
    std::vector<int> parts = contributions_[at(value)];
    if (parts.empty()) return -1;
    if (parts.size() == 1) return parts[0];
    const ops::Add add{std::vector<Shape>(parts.size(), graph_.shape(value))};
    const int layer = graph_.producer(value).layer;
    const int sum = add_value({add.writes()[0].value});
    graph_.add_node_into(add, std::move(parts), {sum}, layer);
    contributions_[at(value)] = {sum};
    return sum;
  }

  // What a term reads that adds to the sum of a parameter's gradients, which it then writes. A state has one
  // writer, the last: who wrote it before writes a value of its own now.
  int sum_so_far(int parameter) {
    const Shape shape = graph_.shape(parameter);
    const int sum = sums_[at(parameter)];
    if (sum < 0) {
      const int state = add_value({once(shape, Kind::state)});  // which moves sums_
      sums_[at(parameter)] = state;
      return state;
    }
    const int before = graph_.values[at(sum)].producer, value = add_value({once(shape)});
    std::vector<int>& outputs = graph_.nodes[at(before)].outputs;
    std::replace(outputs.begin(), outputs.end(), sum, value);
    graph_.values[at(value)].producer = before;
    return value;
  }

  int add_value(const GraphValue& value) {
    contributions_.emplace_back();
    sums_.push_back(-1);
    learns_.push_back(true);
    return graph_.add_value(value);
  }

  Graph graph_;
  std::vector<bool> learns_;                     // by value
  std::vector<std::vector<int>> contributions_;  // by value: what adds up to its gradient
  std::vector<int> sums_;                        // by value: the state that a parameter's gradients add up in
  std::vector<std::pair<int, int>>
      handed_back_;  // memories, and their gradients as the step before finds them
};

}  // namespace

Result<Graph> differentiate(Graph graph) {
  auto result = Differentiation(std::move(graph)).run();
  if (result) verify(*result, "differentiate");
  return result;
}

}  // namespace nightjar
