// Where the values of a graph lie: routes by addressing, and an arena from lifetimes. The plans of all
// devices share it. Sizes are in bytes.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/graph.h"
#include "engine/host/memory.h"

namespace nightjar {

// Parts of a context's memory, by how long they last and how often they are there.
enum class Region : std::uint8_t {
  arena,  // within a run, for each image of the batch: storages that are not in use together share bytes
  kept,   // between runs, for each image: the input, states
  once,   // between runs, once: parameters that may change, what is computed from them, sums over images
};
constexpr int region_count = 3;

// Memory that one or several values live in. A concatenation and the values it consists of share one.
// Channels lie in blocks: on a CPU a plane each, on a GPU side by side in every pixel (kernels/tensor.h).
struct Storage {
  int channel_blocks = 0, h = 0, w = 0;
  int block = 1, halo = 0;
  bool by_pixel = false;
  Type type = Type::f32;  // that its values are stored in: a device may keep fp32 values in halves
  Region region = Region::arena;
  int copies = 1;           // of the region once: one for each step
  int first = 0, last = 0;  // of the arena: the nodes between which it is in use
  std::int64_t offset = 0;  // bytes from the start of its region, for a batch of one

  int pixel() const { return by_pixel ? channel_blocks * block : block; }
  std::ptrdiff_t row() const { return std::ptrdiff_t{w + 2 * halo} * pixel(); }
  std::ptrdiff_t plane() const { return by_pixel ? block : (h + 2 * halo) * row(); }
  std::int64_t image() const;  // from one image to the next, in elements
  std::int64_t image_bytes() const { return whole_lines(image() * bytes_of(type)); }
};

// The place of a value: a view of channel blocks of a storage.
struct Place {
  int storage = -1;  // -1: it is read before the first run, and never again
  int block = 1;     // channels; a value starts at a whole block of its storage
  int first_block = 0;
};

struct Memory {
  std::vector<Place> places;  // one a value
  std::vector<Storage> storages;
  std::vector<bool> computed;  // one a node; false where addressing alone makes its value, or it is computed
                               // with the parameters
  std::array<std::int64_t, region_count> bytes{};  // of the regions, for a batch of one

  const Storage& storage_of(int value) const {
    return storages[static_cast<std::size_t>(places[static_cast<std::size_t>(value)].storage)];
  }
  std::int64_t region_bytes(Region region, int batch) const {
    return bytes[static_cast<std::size_t>(region)] * (region == Region::once ? 1 : batch);
  }
};

// Finds the storages of values whose blocks are set, and how long each is in use. `by_pixel`: the layout.
void assign_storages(const Graph& graph, bool by_pixel, Memory& memory);

// Gives each storage, halo and all, its place in its region.
void lay_out_regions(Memory& memory);

// A value as a tensor of `batch` images; with data where `regions` has the start of each region for that
// batch.
using RegionStarts = std::array<std::byte*, region_count>;
Tensor tensor_of(const Graph& graph, const Memory& memory, int value, int batch,
                 const RegionStarts& regions = {});

// Where the bytes of image 0 start.
std::int64_t first_byte(const Memory& memory, int value);

}  // namespace nightjar
