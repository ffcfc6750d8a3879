// Convolution with Hopper's own instructions for large grids: a block a multiprocessor, which takes tile
// after tile of the output ("persistent"), so that the pipeline never runs empty between two.
//
// Why the tiles have their sizes. A step along k of 128 bytes moves (pixels + filters) * 128 bytes into
// shared memory for pixels * filters * 64 products of halves. 128 x 128 asks the second-level cache (L2) of
// an H100 for 32 KiB every 512 cycles of the matrix units, which is more than it gives to all multiprocessors
// at once; 128 x 256, either way round, for 48 every 1024. Its 128 sums a thread are all that registers hold,
// so the two warpgroups have half the pixels of one tile each, and nothing hides their storing: it is for
// long sums. Where sums are short, the warpgroups have a tile each and take turns ("ping-pong"): one
// multiplies while the other stores. Rows of 64 bytes are for layers of 32 channels, whose taps would
// otherwise be half zeros.
//
// Tiles seldom come in multiples of the multiprocessors: the 172 of 13 x 13 x 32 pixels by 1024 filters would
// take the time of 264. So where sums are long, the last tiles, one to two a block, are cut into equal shares
// of steps instead ("stream-K"): a block begins with the end of a tile, whose sums it leaves in memory, and
// ends with the beginning of the next, to which it adds what its neighbour left long before. Each tile has at
// most two parts, added in the same order on every run.
#include <algorithm>
#include <cmath>

#include "kernels/cuda/conv/wgmma.cuh"
#include "kernels/cuda/manifest.h"

namespace nightjar::cuda {
namespace {

// The copying warpgroup gives most of its registers to those that multiply.
constexpr int consumers = 2, consumer_threads = 128 * consumers, threads = consumer_threads + 128;
constexpr int producer_registers = 40, consumer_registers = 232, residual_registers = 48;
constexpr int room = 226 << 10;  // of a multiprocessor's 227 KiB

constexpr int least_shared_steps = 16;  // shorter sums are not worth the way through memory

// What a block works on, in its order: its share of the steps of the tiles that are shared, then whole tiles.
struct Segments {
  int unit, last_unit, tile;

  template <class T>
  NIGHTJAR_DEVICE explicit Segments(const WgmmaArguments<T>& a) {
    const int block = static_cast<int>(blockIdx.x), blocks = static_cast<int>(gridDim.x);
    const int units = (a.tiles - a.whole_tiles) * a.g.k_tiles;
    unit = units / blocks * block + min(units % blocks, block);
    last_unit = unit + units / blocks + (block < units % blocks);
    tile = block;
  }
  template <class T>
  NIGHTJAR_DEVICE bool next(const WgmmaArguments<T>& a, Segment& s) {
    if (unit < last_unit) {
      s.tile = a.whole_tiles + a.by_steps.divide(unit, s.begin);
      s.end = min(a.g.k_tiles, s.begin + last_unit - unit);
      unit += s.end - s.begin;
      return true;
    }
    s = {tile, 0, a.g.k_tiles};
    tile += static_cast<int>(gridDim.x);
    return s.tile < a.whole_tiles;
  }
};

// Whose turn it is to multiply, where each warpgroup has its own tiles. Not only for speed: who waits for a
// stage that is to be filled more than once before knows the parity of its phase, not its number, and would
// take an earlier one for it.
struct Turns {
  Shared<std::uint64_t> barriers;  // one a warpgroup: the other has passed on

  // Before its `turn`th; the first warpgroup's first comes without.
  NIGHTJAR_DEVICE void await(int warpgroup, int turn) const {
    barrier_wait(barriers + warpgroup, (turn + (warpgroup == 0 ? 1 : 0)) % 2);
  }
  NIGHTJAR_DEVICE void pass_on(int warpgroup) const {
    if (threadIdx.x % 128 == 0) barrier_arrive(barriers + (1 - warpgroup));
  }
};

// A warpgroup's way out, of halves: its part of a tile as boxes of 64 filters, rows of 128 swizzled bytes.
// The residual comes in by the copy engine while the tile is multiplied, the results take its place, and
// leave by the copy engine while the next tile is multiplied: stores from registers took a fourth of the time
// on an H100, as threads wait where memory is slower than they are.
template <class Shape>
struct Exit {
  static constexpr int row_bytes = 128, box_filters = row_bytes / 2, boxes = Shape::filters / box_filters;
  static constexpr int box_bytes = Shape::group_pixels * row_bytes, bytes = boxes * box_bytes;
  int warpgroup, pixel = 0, filter = 0;  // where the part begins

  NIGHTJAR_DEVICE Shared<unsigned char> place() const {
    return shared_memory<unsigned char>(Shape::exit_offset + warpgroup * bytes, bytes);
  }
  // The barrier that the residual arrives at.
  NIGHTJAR_DEVICE Shared<std::uint64_t> residual() const {
    return shared_memory<std::uint64_t>(Shape::barriers_offset, Shape::barriers) + 2 * Shape::stages +
           consumers + warpgroup;
  }

  // By one thread, which stored what lay there before.
  template <class T>
  NIGHTJAR_DEVICE void load_residual(const WgmmaArguments<T>& a) const {
    const int used = min(boxes, (a.g.filters - filter + box_filters - 1) / box_filters);
    barrier_arrive_expecting(residual(), used * box_bytes);
    for (int i = 0; i < used; ++i)
      tensor_load_2d(place() + i * box_bytes, &a.residual_map, residual(), filter + i * box_filters, pixel);
  }
  template <class T>
  NIGHTJAR_DEVICE void send(const WgmmaArguments<T>& a) const {
    for (int i = 0; i < boxes && filter + i * box_filters < a.g.filters; ++i)
      tensor_store_2d(&a.out_map, place() + i * box_bytes, filter + i * box_filters, pixel);
    tensor_store_commit();
  }
  // Of 8 filters of a pixel, below 64; either counts from the part's first.
  NIGHTJAR_DEVICE Shared<half> at(int row, int filters) const {
    const int chunk = filters / wgmma_index::lane_filters;
    return shared_memory<half>(Shape::exit_offset + warpgroup * bytes, bytes / 2) +
           (row * row_bytes + (chunk ^ (row % 8)) * 16) / 2;
  }
};

#if NIGHTJAR_HAS_WGMMA

// Where a warpgroup leaves the sums of a tile that its block shares with another: a flag and a place for
// each. `group`: the warpgroup's number where each has a part of the tile, else 0.
template <class Shape>
struct Left {
  int number;  // of the warpgroups of all blocks

  NIGHTJAR_DEVICE Left(int block, int group) : number(block * consumers + group) {}
  template <class T>
  NIGHTJAR_DEVICE Global<unsigned> flag(const WgmmaArguments<T>& a) const {
    return a.arrived + number;
  }
  template <class T>
  NIGHTJAR_DEVICE Global<float> place(const WgmmaArguments<T>& a) const {
    return a.left + (number * group_sums<Shape> + static_cast<int>(threadIdx.x) % 128 * 4);
  }
};

template <class T, class Shape>
NIGHTJAR_DEVICE void leave_sums(const WgmmaArguments<T>& a, const Sums<Shape>& sums, const Left<Shape>& left,
                                int warpgroup) {
  put_sums<Shape>(left.place(a), sums);
  sync_warpgroup(warpgroup);
  if (threadIdx.x % 128 == 0) set_flag(left.flag(a));
}

template <class T, class Shape>
NIGHTJAR_DEVICE void add_left(const WgmmaArguments<T>& a, Sums<Shape>& sums, const Left<Shape>& left,
                              int warpgroup) {
  if (threadIdx.x % 128 == 0) {
    wait_for_flag(left.flag(a));
    *left.flag(a) = 0;  // as the next launch needs it
  }
  sync_warpgroup(warpgroup);
  add_sums<Shape>(left.place(a), sums);
}

template <class Shape, class F>
NIGHTJAR_DEVICE void put_in_exit(const WgmmaArguments<half>& a, const Sums<Shape>& sums,
                                 const Exit<Shape>& exit, F activation) {
  constexpr int width = wgmma_index::lane_filters, dealt = wgmma_index::dealt_filters;
  constexpr int groups = Shape::filters / dealt, box = Exit<Shape>::box_bytes / 2,
                row = Exit<Shape>::row_bytes / 2;
  const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32 % 4;
  const int own_row = warp * 16 + lane / 4, own_filter = wgmma_index::first_filter_of(lane);
  const Shared<half> places[] = {exit.at(own_row, own_filter), exit.at(own_row, dealt + own_filter)};
  // Several groups' bias at once: it comes from the caches, and would be waited for each time.
  constexpr int at_once = groups > 2 ? 2 : 1;
#pragma unroll
  for (int first = 0; first < groups; first += at_once) {
    Pack<float, width> bias[at_once];
#pragma unroll
    for (int j = 0; j < at_once; ++j) {
      const int filter = exit.filter + (first + j) * dealt + own_filter;
      bias[j] = load<width>(a.output.bias + (filter < a.g.filters ? filter : 0));
    }
#pragma unroll
    for (int i = 0; i < at_once * 2 * Shape::products; ++i) {
      const int group = first + i / (2 * Shape::products), r = i % (2 * Shape::products);
      const Shared<half> place = places[group % 2] + (group / 2 * box + (r / 2 * 64 + r % 2 * 8) * row);
      Pack<half, width> residual{};
      if (a.output.residual && exit.filter + group * dealt < a.g.filters) residual = load<width>(place);
      store<width>(place, finished(a, sums[r / 2], group, r % 2, bias[group - first], residual, activation));
    }
  }
}

#endif

template <class T, class Shape>
__global__ void __launch_bounds__(threads, 1)
    conv_wgmma_persistent_kernel(const __grid_constant__ WgmmaArguments<T> a) {
#if NIGHTJAR_HAS_WGMMA
  const int warpgroup = static_cast<int>(threadIdx.x) / 128;
  const Shared<std::uint64_t> place = shared_memory<std::uint64_t>(Shape::barriers_offset, Shape::barriers);
  if (threadIdx.x == 0) {
    for (int i = 0; i < 2 * consumers; ++i) barrier_init(place + 2 * Shape::stages + i, 1);
  }
  const Turns turns{place + 2 * Shape::stages};
  const Barriers barriers = make_barriers(place, Shape::stages, Shape::each_its_own ? 1 : consumers);
  let_next_grid_start();
  if (warpgroup == consumers) {
    give_registers<producer_registers>();
    if (threadIdx.x == consumer_threads) produce<T, Shape>(a, barriers, Segments(a));
  } else {
    take_registers<consumer_registers>();
    wait_for_previous_grid();
    const int group = Shape::each_its_own ? 0 : warpgroup, block = static_cast<int>(blockIdx.x);
    const int own_pixel = group * Shape::group_pixels;
    constexpr bool by_exit = std::is_same_v<T, half>;
    Exit<Shape> exit{warpgroup};
    Ring<Shape::stages> ring;
    Sums<Shape> sums = {};
    Segments work(a);
    Segment s;
    int sent = 0;
    for (int turn = 0; work.next(a, s); ++turn) {
      if (Shape::each_its_own && turn % consumers != warpgroup) {
        ring.skip(s.end - s.begin);
        continue;
      }
      const Place to = place_of<Shape>(a, s.tile);
      exit.pixel = to.pixel + own_pixel, exit.filter = to.filter;
      if (Shape::each_its_own) turns.await(warpgroup, turn / consumers);
      multiply_stages<T, Shape>(sums, barriers, ring, own_pixel, s.end - s.begin, [&] {
        if (!by_exit) return;
        tensor_store_wait_read();
        if (s.begin == 0 && a.output.residual) exit.load_residual(a);
      });
      if (Shape::each_its_own) turns.pass_on(warpgroup);
      if (s.begin > 0) {
        leave_sums<T, Shape>(a, sums, Left<Shape>(block, group), warpgroup);
        continue;
      }
      if (s.end < a.g.k_tiles) add_left<T, Shape>(a, sums, Left<Shape>(block + 1, group), warpgroup);
      if constexpr (by_exit) {
        sync_warpgroup(warpgroup);  // what was stored before has left
        if (a.output.residual) barrier_wait(exit.residual(), sent++ % 2);
        with_activation(a, [&](auto activation) { put_in_exit<Shape>(a, sums, exit, activation); });
        fence_for_copy_engine();
        sync_warpgroup(warpgroup);
        if (threadIdx.x % 128 == 0) exit.send(a);
      } else {
        with_activation(a, [&](auto activation) {
          store_registers<T, Shape>(a, sums, exit.pixel, exit.filter, activation);
        });
      }
    }
    if (by_exit && threadIdx.x % 128 == 0) tensor_store_wait_read();
  }
#endif
}

template <class T, class Tile>
using PersistentShape =
    WgmmaPipeline<Tile, room, residual_registers,
                  std::is_same_v<T, half> ? consumers * Tile::group_pixels * Tile::filters * 2 : 0>;

template <class T, class Tile>
struct ConvWgmmaPersistent : WgmmaConv<T, PersistentShape<T, Tile>> {
  using Shape = PersistentShape<T, Tile>;
  using Base = WgmmaConv<T, Shape>;
  using Op = ops::Conv;
  static constexpr bool depends_on_batch = true;  // by which tiles are shared
  using Base::tile;
  static constexpr WgmmaCost cost = Shape::row_bytes == 64  ? WgmmaCost{.5, .299, 2.11}
                                    : Shape::filters == 256 ? WgmmaCost{2.23, .760, .71}
                                    : Shape::filters == 64  ? WgmmaCost{1.33, .475, 1.73}
                                    : Shape::pixels == 256  ? WgmmaCost{.44, .731, 2.93}
                                                            : WgmmaCost{2.63, .418, .47};
  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    return Base::accepts_any(op, in, out) && Base::leaves_registers(op, in, out);
  }
  // Of `tiles`, those that blocks take whole.
  static int whole_tiles(int tiles, int steps, int blocks) {
    const bool even = tiles % blocks == 0, shared = !even && tiles > blocks && steps >= least_shared_steps;
    return shared ? (tiles / blocks - 1) * blocks : tiles;
  }
  static std::int64_t workspace_bytes(const Op&, const Tensor&, const Device& device) {
    static_assert(4 * consumers * 1024 <= workspace_zeros, "flags of as many blocks as a GPU could have");
    return workspace_zeros + std::int64_t{device.multiprocessors} * Shape::pixels * Shape::filters * 4 *
                                 (Shape::each_its_own ? consumers : 1);
  }
  static double microseconds(const Op& op, const Tensor& out, const Device& device) {
    const std::int64_t tiles = conv_tiles(op, out.batch, tile);
    const int blocks = static_cast<int>(std::min<std::int64_t>(tiles, device.multiprocessors));
    const double shared = double(tiles) - whole_tiles(static_cast<int>(tiles), Base::steps(op), blocks);
    const double most = shared > 0 ? double(tiles) / blocks : std::ceil(double(tiles) / blocks);
    return std::max(cost.microseconds(most, Base::steps(op)), Base::memory_microseconds(op, out));
  }
  static Status encode_exits(const Call& call, WgmmaArguments<T>& a) {
    const TensorBox box{Shape::group_pixels, Exit<Shape>::row_bytes};
    const auto encode = [&](const Tensor& t, CUtensorMap& map) {
      return encode_matrix({t.data, t.type, static_cast<int>(t.pixels()), t.shape.c, t.pixel}, box, map);
    };
    if (!Base::is_half) return 0;
    const Status status = encode(call.out(), a.out_map);
    return status != 0 || !a.output.residual ? status : encode(call.in[1], a.residual_map);
  }
  static Status prepare(const Op& op, const Call& call, typename ConvWgmmaPersistent::Prepared& prepared) {
    WgmmaArguments<T> a{};
    if (const Status status = Base::arguments(op, call, 1, a)) return status;
    if (const Status status = encode_exits(call, a)) return status;
    const int blocks = std::min(a.tiles, call.device.multiprocessors);
    a.whole_tiles = whole_tiles(a.tiles, a.g.k_tiles, blocks);
    return prepared.prepare(
        conv_wgmma_persistent_kernel<T, Shape>,
        {.grid = dim3(blocks), .block = dim3(threads), .shared_bytes = Shape::shared_bytes, .early = true},
        a);
  }
};

}  // namespace

NIGHTJAR_WGMMA_KERNEL(conv_wgmma_fp16_128x256, ConvWgmmaPersistent<half, WgmmaTile<128, 256>>)
NIGHTJAR_WGMMA_KERNEL(conv_wgmma_fp16_256x128, ConvWgmmaPersistent<half, WgmmaTile<256, 128>>)
NIGHTJAR_WGMMA_KERNEL(conv_wgmma_fp16_128x128_turns,
                      ConvWgmmaPersistent<half, WgmmaTile<128, 128, consumers, true>>)
NIGHTJAR_WGMMA_KERNEL(conv_wgmma_fp16_256x64_turns,
                      ConvWgmmaPersistent<half, WgmmaTile<256, 64, consumers, true>>)
NIGHTJAR_WGMMA_KERNEL(conv_wgmma_fp16_256x64_c32,
                      ConvWgmmaPersistent<half, WgmmaTile<256, 64, consumers, true, 64>>)
NIGHTJAR_WGMMA_KERNEL(conv_wgmma_tf32_128x256, ConvWgmmaPersistent<float, WgmmaTile<128, 256>>)
NIGHTJAR_WGMMA_KERNEL(conv_wgmma_tf32_128x128_turns,
                      ConvWgmmaPersistent<float, WgmmaTile<128, 128, consumers, true>>)

}  // namespace nightjar::cuda
