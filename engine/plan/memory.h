// Where the values of a graph lie: routes by addressing, and one arena from lifetimes. The plans of all
// backends share it.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/graph.h"

namespace nightjar {

// Memory that one or several values live in. A concatenation and the values it consists of share one.
// Channels lie in blocks: on a CPU a plane each (kernels/tensor.h), on a GPU side by side in every pixel
// (kernels/cuda/kernel.h).
struct Storage {
  int channel_blocks = 0, h = 0, w = 0;
  int block = 1, halo = 0;
  int first = 0, last = 0;  // the nodes between which it is in use
  std::int64_t offset = 0;  // elements from the start of the arena, for a batch of one
  bool in_arena = true;     // the input is not: it keeps its values, and its halo stays clean, between runs

  std::ptrdiff_t row() const { return std::ptrdiff_t{w + 2 * halo} * block; }
  std::ptrdiff_t plane() const { return (h + 2 * halo) * row(); }
  std::int64_t image_elements() const;  // of one image, rounded up to whole cache lines of floats
};

// The output of a node: a view of channel blocks of a storage.
struct Value {
  Shape shape;
  int block = 1;  // channels; a value starts at a whole block of its storage
  int storage = -1;
  int first_block = 0;
};

struct Memory {
  std::vector<Value> values;  // one a node
  std::vector<Storage> storages;
  std::vector<bool> computed;       // false where addressing alone makes a node's value
  std::int64_t arena_elements = 0;  // for a batch of one
};

// Finds the storages of values whose shapes and blocks are set, and how long each is in use.
void assign_storages(const Graph& graph, Memory& memory);

// Gives each storage, halo and all, its place in the arena.
void lay_out_arena(Memory& memory);

}  // namespace nightjar
