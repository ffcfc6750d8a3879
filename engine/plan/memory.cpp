#include "engine/plan/memory.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace nightjar {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

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
bool view_of_source(const Node& node, const ops::Concat& op, int self, const std::vector<Value>& values,
                    Views& views) {
  const int block = values[at(self)].block;
  if (op.slices.size() != 1 || op.slices[0].first % block != 0 || values[at(node.inputs[0])].block != block)
    return false;
  views.make_view(self, node.inputs[0], op.slices[0].first / block);
  return true;
}

// Inputs of a concatenation that start and end at whole blocks are computed right where they belong.
// Returns true if nothing is left to copy.
bool place_inputs(const Graph& graph, const Node& node, const ops::Concat& op, int self,
                  const std::vector<Value>& values, Views& views) {
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

// Also finds which nodes are left to be computed.
Views find_views(const Graph& graph, Memory& memory) {
  Views views(graph.nodes.size());
  for (int i = 0; i < static_cast<int>(graph.nodes.size()); ++i) {
    const Node& node = graph.nodes[at(i)];
    const auto* concat = std::get_if<ops::Concat>(&node.op);
    const bool by_addressing = concat && (view_of_source(node, *concat, i, memory.values, views) ||
                                          place_inputs(graph, node, *concat, i, memory.values, views));
    memory.computed.push_back(!by_addressing && !std::holds_alternative<ops::Input>(node.op));
  }
  return views;
}

}  // namespace

std::int64_t Storage::image_elements() const {
  constexpr std::int64_t line = 16;  // 64 bytes of floats
  return (std::int64_t{channel_blocks} * plane() + line - 1) / line * line;
}

void assign_storages(const Graph& graph, Memory& memory) {
  const Views views = find_views(graph, memory);
  for (int i = 0; i < static_cast<int>(memory.values.size()); ++i) {
    Value& value = memory.values[at(i)];
    if (!views.has_own_memory(i)) continue;
    value.storage = static_cast<int>(memory.storages.size());
    Storage s;
    s.channel_blocks = (value.shape.c + value.block - 1) / value.block;
    s.h = value.shape.h, s.w = value.shape.w, s.block = value.block;
    s.first = s.last = i;
    s.in_arena = !std::holds_alternative<ops::Input>(graph.nodes[at(i)].op);
    memory.storages.push_back(s);
  }
  const int end = static_cast<int>(graph.nodes.size());
  for (int i = 0; i < end; ++i) {
    const auto [root, block] = views.resolve(i);
    memory.values[at(i)].storage = memory.values[at(root)].storage;
    memory.values[at(i)].first_block = block;
    Storage& s = memory.storages[at(memory.values[at(i)].storage)];
    s.first = std::min(s.first, i);
    s.last = std::max(s.last, i);
    for (const int input : graph.nodes[at(i)].inputs) {
      Storage& read = memory.storages[at(memory.values[at(views.resolve(input).first)].storage)];
      read.last = std::max(read.last, i);
    }
  }
  for (const Head& head : graph.heads)
    memory.storages[at(memory.values[at(base(head).node)].storage)].last = end;
  memory.storages[at(memory.values[at(graph.output)].storage)].last = end;
}

// Largest first, each at the lowest offset where it meets no storage that is in use at the same time.
void lay_out_arena(Memory& memory) {
  std::vector<int> order(memory.storages.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return memory.storages[at(a)].image_elements() > memory.storages[at(b)].image_elements();
  });
  std::vector<int> placed;  // by offset
  for (const int i : order) {
    Storage& s = memory.storages[at(i)];
    if (!s.in_arena) continue;
    for (const int other : placed) {
      const Storage& o = memory.storages[at(other)];
      const bool together = s.first <= o.last && o.first <= s.last;
      if (together && s.offset < o.offset + o.image_elements() && o.offset < s.offset + s.image_elements()) {
        s.offset = o.offset + o.image_elements();
      }
    }
    const auto after = std::find_if(placed.begin(), placed.end(),
                                    [&](int other) { return memory.storages[at(other)].offset > s.offset; });
    placed.insert(after, i);
    memory.arena_elements = std::max(memory.arena_elements, s.offset + s.image_elements());
  }
}

}  // namespace nightjar
