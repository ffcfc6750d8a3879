#include "tests/simt/hopper.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace simt {
namespace {

constexpr int chunk_bytes = 16;

// Chunks are exchanged by the bits of their address from 128 on: three of them for rows of 128 bytes, two for
// rows of 64 (PTX ISA, "Swizzling Modes").
std::uint32_t swizzled(std::uint32_t address, int row_bytes) {
  return address ^ (address >> 7 & (row_bytes == 128 ? 7 : 3)) << 4;
}

// The place of chunk `chunk` of row `row` of a box at `base`.
std::uint32_t chunk_of(std::uint32_t base, int row, int chunk, int row_bytes) {
  return swizzled(base + static_cast<std::uint32_t>(row * row_bytes + chunk * chunk_bytes), row_bytes);
}

// The cell of a picture that row `row` of an im2col box is; or of a matrix. Null outside.
const std::byte* row_of(const CUtensorMap& map, const TensorCoordinates& at, int row) {
  if (!map.im2col) {
    const int y = at.x + row;
    return y < 0 || y >= map.sizes[1] ? nullptr : map.data + y * map.strides[1];
  }
  const int last_x = map.sizes[1] - 1 + map.upper, last_y = map.sizes[2] - 1 + map.upper;
  const int wide = (last_x - map.lower) / map.step_x + 1, high = (last_y - map.lower) / map.step_y + 1;
  int column = (at.x - map.lower) / map.step_x + row;
  int line = (at.y - map.lower) / map.step_y + column / wide;
  const int n = at.n + line / high;
  column %= wide, line %= high;
  const int x = map.lower + column * map.step_x + at.offset_x,
            y = map.lower + line * map.step_y + at.offset_y;
  if (x < 0 || x >= map.sizes[1] || y < 0 || y >= map.sizes[2] || n >= map.sizes[3]) return nullptr;
  return map.data + n * map.strides[3] + y * map.strides[2] + x * map.strides[1];
}

// Calls f(place in shared memory, element of the tensor or null outside) for every element of a box.
template <class F>
void each_element(const CUtensorMap& map, const TensorCoordinates& at, std::uint32_t base, F f) {
  const int elements = map.row_bytes / map.element_bytes;
  for (int row = 0; row < map.rows; ++row) {
    const std::byte* from = row_of(map, at, row);
    for (int i = 0; i < elements; ++i) {
      const int channel = at.channel + i, byte = i * map.element_bytes;
      const bool inside = from && channel < map.sizes[0];
      f(chunk_of(base, row, byte / chunk_bytes, map.row_bytes) +
            static_cast<std::uint32_t>(byte % chunk_bytes),
        inside ? from + channel * map.element_bytes : nullptr);
    }
  }
}

void check_box(std::uint32_t at, const CUtensorMap& map) {
  if (at % 1024 != 0) throw Violation("a swizzled box in shared memory begins at no multiple of 1024 bytes");
  if (static_cast<int>(at) + map.rows * map.row_bytes > block().shared_bytes())
    throw Violation("a box ends beyond the shared memory that the launch asked for");
}

float half_at(const std::byte* p) {
  std::uint16_t bits;
  std::memcpy(&bits, p, sizeof bits);
  return nightjar::cuda::half_value(bits);
}
float tf32_at(const std::byte* p) {
  std::uint32_t bits;
  std::memcpy(&bits, p, sizeof bits);
  return std::bit_cast<float>(bits & 0xffffe000);  // the device cuts the other bits off
}

// 32 bytes along k of a row of a matrix in shared memory, as its descriptor says where it lies.
void read_operand(std::uint64_t descriptor, int row, bool half_type, float* k) {
  const auto address = static_cast<std::uint32_t>(descriptor & 0x3fff) << 4;
  const int row_bytes = descriptor >> 62 == 1 ? 128 : 64;
  const auto rows_apart = static_cast<std::uint32_t>(descriptor >> 32 & 0x3fff) << 4;  // of 8 rows
  const std::uint32_t start = address + static_cast<std::uint32_t>(row / 8) * rows_apart +
                              static_cast<std::uint32_t>(row % 8 * row_bytes);
  for (std::uint32_t chunk = 0; chunk < 2; ++chunk) {
    const std::byte* p = block().shared().data() + swizzled(start + chunk * chunk_bytes, row_bytes);
    block().shared().read(p, chunk_bytes);
    for (std::uint32_t i = 0; i < 8; ++i) {
      if (half_type) k[8 * chunk + i] = half_at(p + 2 * i);
      if (!half_type && i < 4) k[4 * chunk + i] = tf32_at(p + 4 * i);
    }
  }
}

}  // namespace

std::uint32_t shared_address(const std::byte* p) {
  return static_cast<std::uint32_t>(p - block().shared().data());
}

void barrier_init(const std::byte* barrier, int arrivals) {
  block().barriers[shared_address(barrier)] = {arrivals, arrivals, 0, 0};
}

namespace {

CountingBarrier& barrier_at(std::uint32_t address) {
  const auto found = block().barriers.find(address);
  if (found == block().barriers.end()) throw Violation("a barrier that nobody initialised");
  return found->second;
}
void end_phase(CountingBarrier& b) {
  if (b.pending < 0) throw Violation("more arrive at a barrier than it was initialised for");
  if (b.bytes < 0) throw Violation("more bytes arrive at a barrier than it expects");
  if (b.pending == 0 && b.bytes == 0) b.pending = b.arrivals, ++b.phases;
}

}  // namespace

void barrier_arrive(const std::byte* barrier, int bytes) {
  CountingBarrier& b = barrier_at(shared_address(barrier));
  b.bytes += bytes;
  --b.pending;
  end_phase(b);
}

void barrier_wait(const std::byte* barrier, int parity, Where where) {
  const std::uint32_t address = shared_address(barrier);
  block().poll(where, [address, parity] { return barrier_at(address).phases % 2 != parity; });
}

void named_barrier(int number, int threads, Where where) {
  NamedBarrier& b = block().named[static_cast<std::size_t>(number)];
  const int generation = b.generation;
  if (++b.arrived == threads) {
    b.arrived = 0;
    ++b.generation;
  }
  block().poll(where, [&b, generation] { return b.generation != generation; });
}

void tensor_load(std::byte* to, const CUtensorMap& map, const std::byte* barrier,
                 const TensorCoordinates& at) {
  if (map.im2col) block().check_waited("reads a picture");
  check_box(shared_address(to), map);
  const int bytes = map.rows * map.row_bytes;
  std::memset(to, 0xff, static_cast<std::size_t>(bytes));
  const std::uint32_t base = shared_address(to), counter = shared_address(barrier);
  block().engine.push_back([=, &map] {
    std::byte* shared = block().shared().data();
    each_element(map, at, base, [&](std::uint32_t place, const std::byte* from) {
      const auto size = static_cast<std::size_t>(map.element_bytes);
      if (from) {
        check_global(from, size, size);
        std::memcpy(shared + place, from, size);
      } else {
        std::memset(shared + place, 0, size);
      }
    });
    block().shared().deliver(shared + base, bytes);
    CountingBarrier& b = barrier_at(counter);
    b.bytes -= bytes;
    end_phase(b);
  });
}

void tensor_store(const CUtensorMap& map, const std::byte* from, int column, int row) {
  block().check_waited("stores");
  const std::uint32_t base = shared_address(from);
  check_box(base, map);
  block().thread().stores.push_back([=, &map] {
    const std::byte* shared = block().shared().data();
    each_element(map, {column, row, 0, 0, 0, 0}, base, [&](std::uint32_t place, const std::byte* to) {
      const auto size = static_cast<std::size_t>(map.element_bytes);
      if (!to) return;
      check_global(to, size, size);
      std::memcpy(const_cast<std::byte*>(to), shared + place, size);
    });
  });
}

void tensor_store_wait_read() {
  for (const auto& store : std::exchange(block().thread().stores, {})) store();
}

// The first product on sums takes them away; they come back with the last that is waited for.
void wgmma(float* sums, int columns, bool half_type, std::uint64_t a, std::uint64_t b, bool add) {
  Thread& t = block().thread();
  std::vector<float>& held = t.sums[sums];
  const auto count = static_cast<std::size_t>(columns / 2);
  if (held.empty()) {
    held.assign(sums, sums + count);
    std::fill_n(sums, count, std::numeric_limits<float>::quiet_NaN());
  }
  t.products.back().push_back({sums, columns, half_type, add, a, b, ++t.made});
}

void wgmma_commit() {
  block().thread().products.emplace_back();
}

namespace {

// The operands of a product, as the first of a warpgroup's threads that waits for it finds them.
const Operands& operands_of(const Product& p, int warpgroup) {
  // Threads come one after the other, with all the products of a wait each.
  constexpr int most_at_once = 64;
  Operands& o = block().operands[warpgroup * most_at_once + p.number % most_at_once];
  if (o.product == p.number) return o;
  o.product = p.number;
  for (int row = 0; row < 64; ++row) read_operand(p.a, row, p.half_type, o.a[row]);
  for (int row = 0; row < p.columns; ++row) read_operand(p.b, row, p.half_type, o.b[row]);
  return o;
}

// A thread's own of the 64 x columns sums: mma's fragments of its warp's 16 rows.
void multiply(const Product& p, std::vector<float>& held) {
  const int number = block().thread().number;
  const Operands& o = operands_of(p, number / 128);
  const int lane = number % 32, row = number % 128 / 32 * 16 + lane / 4, length = p.half_type ? 16 : 8;
  for (int j = 0; j < p.columns / 8; ++j) {
    for (int i = 0; i < 4; ++i) {
      const float* a = o.a[row + i / 2 * 8];
      const float* b = o.b[j * 8 + lane % 4 * 2 + i % 2];
      float products = 0;
      for (int k = 0; k < length; ++k) products += a[k] * b[k];
      float& sum = held[static_cast<std::size_t>(4 * j + i)];
      sum = p.add ? sum + products : products;
    }
  }
}

}  // namespace

void wgmma_wait(int groups) {
  Thread& t = block().thread();
  while (t.products.size() > static_cast<std::size_t>(groups) + 1) {
    for (const Product& p : t.products.front()) multiply(p, t.sums[p.sums]);
    t.products.erase(t.products.begin());
  }
  if (groups > 0) return;
  for (auto& [sums, held] : t.sums) std::ranges::copy(held, sums);
  t.sums.clear();
}

}  // namespace simt
