#include "engine/plan/memory.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "kernels/ops/concat.h"

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

// Tells which values of a graph need no memory of their own, and which nodes need no step.
class ViewFinder {
 public:
  ViewFinder(const Graph& graph, Memory& memory)
      : graph_(graph), memory_(memory), views_(graph.values.size()) {}

  Views find() {
    for (const Node& node : graph_.nodes) {
      const auto* concat = node.op.as<ops::Concat>();
      const bool by_addressing = concat && (view_of_source(node, *concat) || place_inputs(node, *concat));
      memory_.computed.push_back(!by_addressing && !is_derived(graph_.values[at(node.outputs[0])]));
    }
    return std::move(views_);
  }

 private:
  int block(int value) const { return memory_.places[at(value)].block; }

  // A route of one slice that starts at a whole block needs no memory: it is a view of its source.
  bool view_of_source(const Node& node, const ops::Concat& op) {
    const int source = node.inputs[0], self = node.outputs[0];
    if (op.slices.size() != 1 || op.slices[0].first % block(self) != 0 || block(source) != block(self))
      return false;
    if (graph_.values[at(source)].kind == Kind::state)
      return false;  // it may be written before the view is read
    views_.make_view(self, source, op.slices[0].first / block(self));
    return true;
  }

  // Inputs of a concatenation that start and end at whole blocks are computed right where they belong.
  // Returns true if nothing is left to copy.
  bool place_inputs(const Node& node, const ops::Concat& op) {
    const int self = node.outputs[0];
    int first = 0;
    bool all = true;
    for (std::size_t i = 0; i < op.slices.size(); first += op.slices[i++].channels) {
      const int input = node.inputs[i];
      const bool last = i + 1 == op.slices.size();
      if (first % block(self) == 0 && (op.slices[i].channels % block(self) == 0 || last) &&
          op.slices[i].is_whole() && block(input) == block(self) && views_.has_own_memory(input) &&
          !outlives_a_run(graph_.values[at(input)].kind)) {
        views_.make_view(input, self, first / block(self));
      } else {
        all = false;
      }
    }
    return all;
  }

  const Graph& graph_;
  Memory& memory_;
  Views views_;
};

Region region_of(const GraphValue& value) {
  if (!value.per_image) return Region::once;
  return outlives_a_run(value.kind) ? Region::kept : Region::arena;
}

bool contains(const std::vector<int>& values, int value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

// Of what is packed once, before the first run, nothing is left to store. A constant stays where a node reads
// it as it is, or beside weights that are packed again.
bool needs_memory(const Graph& graph, int value) {
  if (!is_constant(graph, value)) return true;
  return std::any_of(graph.nodes.begin(), graph.nodes.end(), [&](const Node& node) {
    if (!contains(node.inputs, value) || is_constant(graph, node.outputs[0])) return false;
    const std::vector<int> weights = inputs_of(node, Role::weight);
    return !contains(weights, value) ||
           !std::all_of(weights.begin(), weights.end(), [&](int w) { return is_constant(graph, w); });
  });
}

int add_storage(const GraphValue& value, int block, bool by_pixel, Memory& memory) {
  Storage s;
  s.channel_blocks = (value.shape.c + block - 1) / block;
  s.h = value.shape.h, s.w = value.shape.w, s.block = block;
  s.by_pixel = by_pixel && value.per_image;  // parameters stay as the weights file has them
  s.type = value.type;
  s.region = region_of(value);
  s.copies = value.steps;
  s.first = s.last = value.producer;
  memory.storages.push_back(s);
  return static_cast<int>(memory.storages.size()) - 1;
}

// What nodes that walk together touch is in use while any of them walks.
void stretch_over_walks(const Graph& graph, Memory& memory) {
  const int nodes = static_cast<int>(graph.nodes.size());
  std::vector<int> first, last;  // of those that walk together with each node; behind these, the run's end
  for (int node = 0; node < nodes;) {
    const int begin = node, end = end_of_walk(graph, node);
    for (; node < end; ++node) first.push_back(begin), last.push_back(end - 1);
  }
  first.push_back(nodes), last.push_back(nodes);
  for (Storage& s : memory.storages) {
    if (s.region != Region::arena) continue;
    s.first = first[at(s.first)];
    s.last = last[at(s.last)];
  }
}

// Largest first, each at the lowest offset where it meets no storage that is in use at the same time.
void lay_out_arena(Memory& memory, std::vector<int> order) {
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return memory.storages[at(a)].image_bytes() > memory.storages[at(b)].image_bytes();
  });
  std::vector<int> placed;  // by offset
  for (const int i : order) {
    Storage& s = memory.storages[at(i)];
    for (const int other : placed) {
      const Storage& o = memory.storages[at(other)];
      const bool together = s.first <= o.last && o.first <= s.last;
      if (together && s.offset < o.offset + o.image_bytes() && o.offset < s.offset + s.image_bytes())
        s.offset = o.offset + o.image_bytes();
    }
    const auto after = std::find_if(placed.begin(), placed.end(),
                                    [&](int other) { return memory.storages[at(other)].offset > s.offset; });
    placed.insert(after, i);
    std::int64_t& arena = memory.bytes[static_cast<std::size_t>(Region::arena)];
    arena = std::max(arena, s.offset + s.image_bytes());
  }
}

}  // namespace

std::int64_t Storage::image() const {
  if (by_pixel) return h * row();  // images follow each other pixel by pixel
  return whole_lines(std::int64_t{channel_blocks} * plane() * bytes_of(type)) / bytes_of(type);
}

void assign_storages(const Graph& graph, bool by_pixel, Memory& memory) {
  const Views views = ViewFinder(graph, memory).find();
  const int values = static_cast<int>(graph.values.size());
  for (int i = 0; i < values; ++i) {
    if (views.has_own_memory(i) && needs_memory(graph, i))
      memory.places[at(i)].storage =
          add_storage(graph.values[at(i)], memory.places[at(i)].block, by_pixel, memory);
  }
  const int end = static_cast<int>(graph.nodes.size());
  for (int i = 0; i < values; ++i) {
    const auto [root, block] = views.resolve(i);
    memory.places[at(i)].storage = memory.places[at(root)].storage;
    memory.places[at(i)].first_block = block;
    if (memory.places[at(i)].storage < 0) continue;
    Storage& s = memory.storages[at(memory.places[at(i)].storage)];
    s.first = std::min(s.first, graph.values[at(i)].producer);
    s.last = std::max(s.last, graph.values[at(i)].kind == Kind::result ? end : graph.values[at(i)].producer);
  }
  for (int node = 0; node < end; ++node) {
    for (const int input : graph.nodes[at(node)].inputs) {
      if (memory.places[at(input)].storage < 0) continue;
      Storage& read = memory.storages[at(memory.places[at(input)].storage)];
      read.last = std::max(read.last, node);
    }
  }
  if (memory.places[at(graph.output)].storage >= 0)
    memory.storages[at(memory.places[at(graph.output)].storage)].last = end;
  stretch_over_walks(graph, memory);
}

void lay_out_regions(Memory& memory) {
  std::vector<int> arena;
  for (int i = 0; i < static_cast<int>(memory.storages.size()); ++i) {
    Storage& s = memory.storages[at(i)];
    if (s.region == Region::arena) {
      arena.push_back(i);
      continue;
    }
    std::int64_t& bytes = memory.bytes[static_cast<std::size_t>(s.region)];
    s.offset = bytes;
    bytes += s.image_bytes() * s.copies;
  }
  lay_out_arena(memory, std::move(arena));
}

std::int64_t first_byte(const Memory& memory, int value) {
  const Place& place = memory.places[at(value)];
  const Storage& s = memory.storage_of(value);
  return s.offset + place.first_block * s.plane() * bytes_of(s.type);
}

Tensor tensor_of(const Graph& graph, const Memory& memory, int value, int batch,
                 const RegionStarts& regions) {
  const GraphValue& v = graph.values[at(value)];
  const Place& place = memory.places[at(value)];
  Tensor t;
  t.shape = v.shape;
  t.type = v.type;
  t.scale = v.scale;
  t.batch = v.per_image ? batch : 1;
  t.block = place.block;
  if (place.storage < 0) return t;
  const Storage& s = memory.storage_of(value);
  t.type = s.type;
  t.halo = s.halo;
  t.pixel = s.pixel();
  t.row = s.row();
  t.plane = s.plane();
  t.image = s.image();
  std::byte* const region = regions[static_cast<std::size_t>(s.region)];
  if (!region) return t;
  const std::int64_t images = s.region == Region::once ? 1 : batch;
  t.data = region + s.offset * images +
           (place.first_block * s.plane() + s.halo * (s.row() + s.pixel())) * bytes_of(s.type);
  return t;
}

}  // namespace nightjar
