// Where values lie: routes by addressing, and one arena from lifetimes.
#include <algorithm>
#include <numeric>

#include "engine/plan/plan.h"

namespace nightjar {
namespace {

std::size_t at(int i) { return static_cast<std::size_t>(i); }

// Values as trees of views: a value either has memory of its own or is a range of channel blocks of another.
class Views {
 public:
  explicit Views(std::size_t values) : parent_(values, -1), first_block_(values, 0) {}

  bool has_own_memory(int value) const { return parent_[at(value)] < 0; }
  void make_view(int value, int of, int first_block) {
    parent_[at(value)] = of;
    first_block_[at(value)] = first_block;
  }
  // The value with memory of its own that `value` lies in, and the block where it starts there.
  std::pair<int, int> resolve(int value) const {
    int block = 0;
    for (; parent_[at(value)] >= 0; value = parent_[at(value)]) block += first_block_[at(value)];
    return {value, block};
  }

 private:
  std::vector<int> parent_, first_block_;
};

// A route of one slice that starts at a whole block needs no memory: it is a view of its source.
bool view_of_source(const Node& node, const ops::Concat& op, int self, const std::vector<Value>& values, Views& views) {
  const int block = values[at(self)].block;
  if (op.slices.size() != 1 || op.slices[0].first % block != 0 || values[at(node.inputs[0])].block != block) return false;
  views.make_view(self, node.inputs[0], op.slices[0].first / block);
  return true;
}

// Inputs of a concatenation that start and end at whole blocks are computed right where they belong.
// Returns true if nothing is left to copy.
bool place_inputs(const Graph& graph, const Node& node, const ops::Concat& op, int self, const std::vector<Value>& values,
                  Views& views) {
  const int block = values[at(self)].block;
  int first = 0;
  bool all = true;
  for (std::size_t i = 0; i < op.slices.size(); ++i) {
    const int input = node.inputs[i], channels = op.slices[i].channels;
    const bool last = i + 1 == op.slices.size();
    const Node& source = graph.nodes[at(input)];
    if (first % block == 0 && (channels % block == 0 || last) && channels == source.shape.c &&
        values[at(input)].block == block && views.has_own_memory(input) &&
        !std::holds_alternative<ops::Input>(source.op)) {
      views.make_view(input, self, first / block);
    } else {
      all = false;
    }
    first += channels;
  }
  return all;
}

Views find_views(const Graph& graph, Plan& plan) {
  Views views(graph.nodes.size());
  std::erase_if(plan.steps, [&](const Step& step) {
    const Node& node = graph.nodes[at(step.node)];
    const auto* concat = std::get_if<ops::Concat>(&node.op);
    return concat && (view_of_source(node, *concat, step.node, plan.values, views) ||
                      place_inputs(graph, node, *concat, step.node, plan.values, views));
  });
  return views;
}

}  // namespace

void assign_storages(const Graph& graph, Plan& plan) {
  const Views views = find_views(graph, plan);
  for (int i = 0; i < static_cast<int>(plan.values.size()); ++i) {
    Value& value = plan.values[at(i)];
    if (!views.has_own_memory(i)) continue;
    value.storage = static_cast<int>(plan.storages.size());
    Storage s;
    s.channel_blocks = (value.shape.c + value.block - 1) / value.block;
    s.h = value.shape.h, s.w = value.shape.w, s.block = value.block;
    s.first = s.last = i;
    s.in_arena = !std::holds_alternative<ops::Input>(graph.nodes[at(i)].op);
    plan.storages.push_back(s);
  }
  const int end = static_cast<int>(graph.nodes.size());
  for (int i = 0; i < end; ++i) {
    const auto [root, block] = views.resolve(i);
    plan.values[at(i)].storage = plan.values[at(root)].storage;
    plan.values[at(i)].first_block = block;
    Storage& s = plan.storages[at(plan.values[at(i)].storage)];
    s.first = std::min(s.first, i);
    s.last = std::max(s.last, i);
    for (const int input : graph.nodes[at(i)].inputs) {
      Storage& read = plan.storages[at(plan.values[at(views.resolve(input).first)].storage)];
      read.last = std::max(read.last, i);
    }
  }
  for (const Head& head : graph.heads) plan.storages[at(plan.values[at(head.node)].storage)].last = end;
  plan.storages[at(plan.values[at(graph.output)].storage)].last = end;
  for (const Step& step : plan.steps) {
    const Node& node = graph.nodes[at(step.node)];
    Storage& s = plan.storages[at(plan.values[at(node.inputs[0])].storage)];
    s.halo = std::max(s.halo, step.kernel->halo(node.op));
  }
}

// Largest first, each at the lowest offset where it meets no storage that is in use at the same time.
void lay_out_arena(Plan& plan) {
  std::vector<int> order(plan.storages.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return plan.storages[at(a)].image_floats() > plan.storages[at(b)].image_floats();
  });
  std::vector<int> placed;  // by offset
  for (const int i : order) {
    Storage& s = plan.storages[at(i)];
    if (!s.in_arena) continue;
    for (const int other : placed) {
      const Storage& o = plan.storages[at(other)];
      const bool together = s.first <= o.last && o.first <= s.last;
      if (together && s.offset < o.offset + o.image_floats() && o.offset < s.offset + s.image_floats()) {
        s.offset = o.offset + o.image_floats();
      }
    }
    const auto after = std::find_if(placed.begin(), placed.end(),
                                    [&](int other) { return plan.storages[at(other)].offset > s.offset; });
    placed.insert(after, i);
    plan.arena_floats = std::max(plan.arena_floats, s.offset + s.image_floats());
  }
  for (int i = 0; i < static_cast<int>(plan.storages.size()); ++i) {
    const Storage& s = plan.storages[at(i)];
    if (s.halo == 0 || !s.in_arena) continue;
    const auto step = std::find_if(plan.steps.begin(), plan.steps.end(), [&](const Step& t) { return t.node >= s.first; });
    step->clear.push_back(i);
  }
}

}  // namespace nightjar
