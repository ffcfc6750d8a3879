// What the kernels with Hopper's own instructions (sm_90a) share: the ring of stages between the copy engine
// (the "Tensor Memory Accelerator", TMA), which does the im2col (the unfolding of the picture into a matrix)
// while it copies, and the warpgroups that multiply on the matrix units ("tensor cores"); and the way out
// from registers.
//
// One thread asks the copy engine for tiles of the operands, steps ahead and into the next tile of the
// output; warpgroups multiply ("warp specialisation"). Barriers in shared memory pass stages back and forth;
// nothing but whole tiles passes between the two.
#pragma once

#include "kernels/cuda/conv/epilogue.cuh"
#include "kernels/cuda/conv/matrix_weights.h"
#include "kernels/cuda/conv/tensor_map.h"
#include "kernels/cuda/conv/wgmma_index.h"
#include "kernels/cuda/ptx.cuh"

namespace nightjar::cuda {

// A block's tile of the output, and how it is multiplied. Names are pixels x filters.
template <int pixels_, int filters_, int consumers_ = 2, bool each_its_own_ = false, int row_bytes_ = 128>
struct WgmmaTile {
  static constexpr int consumers = consumers_,
                       consumer_threads = 128 * consumers;  // warpgroups that multiply
  static constexpr int pixels = pixels_, filters = filters_, row_bytes = row_bytes_;
  static constexpr bool each_its_own =
      each_its_own_;  // the warpgroups take turns; else each has half the pixels
  static constexpr int group_pixels = each_its_own ? pixels : pixels / consumers;
  static constexpr int products = group_pixels / 64, sums = filters / 2;
  static constexpr int picture_bytes = pixels * row_bytes;
  static constexpr int stage_bytes = picture_bytes + filters * row_bytes;
  static_assert(picture_bytes % 1024 == 0 && stage_bytes % 1024 == 0, "of the swizzle");
};
// With as many stages as fit.
template <class Tile, int room, int residual_registers_, int exit_bytes = 0>
struct WgmmaPipeline : Tile {
  static constexpr int residual_registers = residual_registers_;  // that a thread can spare
  static constexpr int stages = (room - exit_bytes) / Tile::stage_bytes;
  static constexpr int exit_offset = stages * Tile::stage_bytes;  // see wgmma_persistent.cu
  static constexpr int barriers_offset = exit_offset + exit_bytes;
  static constexpr int barriers =
      2 * stages + 2 * Tile::consumers;  // two a stage, and what a kernel needs more
  static constexpr int shared_bytes = barriers_offset + barriers * 8;
};

template <class T>
struct WgmmaArguments {
  CUtensorMap picture_map, weight_map;
  CUtensorMap out_map, residual_map;  // where tiles leave through shared memory (wgmma_persistent.cu)
  ConvGeometry g;
  Divider by_channel_tiles, by_filter_tiles;
  int tiles;
  int whole_tiles;           // the tiles before this one are whole (Segments)
  Divider by_steps;          // the steps of a tile
  Global<unsigned> arrived;  // in the workspace: flags or tickets of tiles that blocks share, and sums that
  Global<float> left;        // they leave each other
  bool from_registers;       // see leaves_registers()
  float slope, residual_slope;
  ConvOutput<T> output;
};

// Full: the copy engine has delivered a stage. Empty: whoever multiplies it has finished with it.
struct Barriers {
  Shared<std::uint64_t> full, empty;
};

// A place in the ring of stages.
template <int stages>
struct Ring {
  int stage = 0, phase = 0;
  NIGHTJAR_DEVICE void advance() {
    if (++stage == stages) stage = 0, phase ^= 1;
  }
  NIGHTJAR_DEVICE void skip(int steps) {
    stage += steps;
    phase ^= stage / stages & 1;
    stage %= stages;
  }
};

NIGHTJAR_DEVICE Barriers make_barriers(Shared<std::uint64_t> at, int stages, int users) {
  const Barriers barriers{at, at + stages};
  if (threadIdx.x == 0) {
    for (int i = 0; i < stages; ++i) {
      barrier_init(barriers.full + i, 1);
      barrier_init(barriers.empty + i, users);
    }
    fence_barrier_init();
  }
  __syncthreads();
  return barriers;
}

// Where a tile of the output begins. Filters go fastest: blocks that run side by side share their pixels.
struct Place {
  int pixel, filter;
};
template <class Shape, class T>
NIGHTJAR_DEVICE Place place_of(const WgmmaArguments<T>& a, int tile) {
  Place p;
  p.pixel = a.by_filter_tiles.divide(tile, p.filter) * Shape::pixels;
  p.filter *= Shape::filters;
  return p;
}

// A part of a tile's sum: steps [begin, end).
struct Segment {
  int tile, begin, end;
};

// By one thread. Weights nobody writes during a run: they are asked for before the kernel before has ended.
// `work` hands out the segments, the first of which is not empty.
template <class T, class Shape, class Work>
NIGHTJAR_DEVICE void produce(const WgmmaArguments<T>& a, const Barriers& barriers, Work work) {
  constexpr int tile_k = Shape::row_bytes / sizeof(T);
  const auto picture_of = [](int stage) {
    return shared_memory<unsigned char>(stage * Shape::stage_bytes, Shape::stage_bytes);
  };
  const auto load_weights = [&](int stage, int number, int filter) {
    barrier_arrive_expecting(barriers.full + stage, Shape::stage_bytes);
    tensor_load_2d(picture_of(stage) + Shape::picture_bytes, &a.weight_map, barriers.full + stage,
                   number * tile_k, filter);
  };
  Segment s;
  bool more = work.next(a, s);
  int loaded = min(Shape::stages, s.end - s.begin);  // stages whose weights are under way
  const Place first = place_of<Shape>(a, s.tile);
  for (int i = 0; i < loaded; ++i) load_weights(i, s.begin + i, first.filter);
  // The rest of the first tile's to the second-level cache (L2), by one of the blocks that read it.
  for (int number = s.begin + loaded; number < s.end && first.pixel == 0; ++number)
    tensor_prefetch_2d(&a.weight_map, number * tile_k, first.filter);
  prefetch_l2(a.output.bias + first.filter);
  wait_for_previous_grid();

  Ring<Shape::stages> ring;
  for (; more; more = work.next(a, s)) {
    const Place place = place_of<Shape>(a, s.tile);
    const ConvGeometry::Window window = a.g.window(place.pixel);
    for (int number = s.begin; number < s.end; ++number, ring.advance()) {
      if (loaded > 0) {
        --loaded;
      } else {
        barrier_wait(barriers.empty + ring.stage, ring.phase ^ 1);  // passes at once the first time around
        load_weights(ring.stage, number, place.filter);
      }
      const wgmma_index::Step step =
          wgmma_index::step(number, a.by_channel_tiles, a.g.by_size, a.g.dilation, tile_k);
      tensor_load_im2col(picture_of(ring.stage), &a.picture_map, barriers.full + ring.stage, step.channel,
                         window.x, window.y, window.image, step.offset_x, step.offset_y);
    }
  }
}

#if NIGHTJAR_HAS_WGMMA

template <class Shape>
using Sums = float[Shape::products][Shape::sums];

// A warpgroup's sums over `steps` stages, each of which it gives back; its pixels begin with the tile's
// `own_pixel`. Halfway its first thread calls `meanwhile()`.
template <class T, class Shape, class Meanwhile>
NIGHTJAR_DEVICE void multiply_stages(Sums<Shape>& sums, const Barriers& barriers, Ring<Shape::stages>& ring,
                                     int own_pixel, int steps, Meanwhile meanwhile) {
  const std::uint32_t base = shared_address(shared_memory<unsigned char>(0, Shape::barriers_offset));
  const bool leader = threadIdx.x % 128 == 0;
  int previous = 0;
  for (int i = 0; i < steps; ++i, ring.advance()) {
    barrier_wait(barriers.full + ring.stage, ring.phase);
    const std::uint32_t picture = base + static_cast<std::uint32_t>(ring.stage * Shape::stage_bytes);
    const std::uint32_t own = picture + static_cast<std::uint32_t>(own_pixel * Shape::row_bytes);
    wgmma_fence();
#pragma unroll
    for (int k = 0; k < Shape::row_bytes; k += wgmma_index::step_bytes) {
#pragma unroll
      for (int m = 0; m < Shape::products; ++m) {
        wgmma<T>(sums[m], wgmma_index::descriptor<Shape::row_bytes>(own + m * 64 * Shape::row_bytes + k),
                 wgmma_index::descriptor<Shape::row_bytes>(picture + Shape::picture_bytes + k),
                 i > 0 || k > 0);
      }
    }
    wgmma_commit();
    wgmma_wait<1>();  // the step before is done: its stage may be filled again
    if (i > 0 && leader) barrier_arrive(barriers.empty + previous);
    if (i == steps / 2 && leader) meanwhile();
    previous = ring.stage;
  }
  wgmma_wait<0>();
  if (leader) barrier_arrive(barriers.empty + previous);
}

// A warpgroup's sums in memory, 4 floats of every thread side by side: put down, and added to others. Every
// thread brings the place of its first.
template <class Shape>
constexpr int group_sums = Shape::products* Shape::sums * 128;
template <class Shape>
NIGHTJAR_DEVICE void put_sums(Global<float> to, const Sums<Shape>& sums) {
#pragma unroll
  for (int i = 0; i < Shape::products * Shape::sums; i += 4) {
    const float* from = sums[i / Shape::sums] + i % Shape::sums;
    store<4>(to + i * 128, Pack<float, 4>{{from[0], from[1], from[2], from[3]}});
  }
}
template <class Shape>
NIGHTJAR_DEVICE void add_sums(Global<const float> from, Sums<Shape>& sums) {
#pragma unroll
  for (int i = 0; i < Shape::products * Shape::sums; i += 4) {
    const Pack<float, 4> part = load_written(from + i * 128);
#pragma unroll
    for (int j = 0; j < 4; ++j) sums[i / Shape::sums][i % Shape::sums + j] += part.v[j];
  }
}

// max(x, slope x): the identity with a slope of 1, and leaky.
struct Sloped {
  float slope;
  NIGHTJAR_DEVICE float operator()(float x) const { return fmaxf(x, x * slope); }
};
template <class Formula>
struct Curve {
  NIGHTJAR_DEVICE float operator()(float x) const { return Formula::of(formula::Number{x}).value; }
};

// The largest number up to `most` that divides `all`; at least 1.
NIGHTJAR_BOTH constexpr int most_dividing(int all, int most) {
  int n = most < all ? most : all;
  while (n > 1 && all % n != 0) --n;
  return n > 1 ? n : 1;
}

// 8 neighbouring filters of a pixel, `group` of 32: a lane's sums of the row (0 or 1) -> bias, activation,
// residual.
template <class T, int count, class F>
NIGHTJAR_DEVICE Pack<T, wgmma_index::lane_filters> finished(
    const WgmmaArguments<T>& a, const float (&sums)[count], int group, int row,
    const Pack<float, wgmma_index::lane_filters>& bias, const Pack<T, wgmma_index::lane_filters>& residual,
    F activation) {
  Pack<T, wgmma_index::lane_filters> result;
#pragma unroll
  for (int i = 0; i < wgmma_index::lane_filters; ++i) {
    float value = activation(sums[16 * group + 2 * row + wgmma_index::sum_of(i)] + bias.v[i]);
    if (a.output.residual) value = Sloped{a.residual_slope}(value + to_float(residual.v[i]));
    result.v[i] = stored(a.output, value);
  }
  return result;
}

// Registers -> the output.
template <class T, class Shape, class F>
NIGHTJAR_DEVICE void store_registers(const WgmmaArguments<T>& a, const Sums<Shape>& sums, int first_pixel,
                                     int first_filter, F activation) {
  constexpr int width = wgmma_index::lane_filters, rows = 2 * Shape::products;
  const ConvOutput<T>& o = a.output;
  const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32 % 4;
  const int own_pixel = first_pixel + warp * 16 + lane / 4;
  const auto pixel_of = [&](int row) { return own_pixel + row / 2 * 64 + row % 2 * 8; };
  const int own_filter = first_filter + wgmma_index::first_filter_of(lane);
  const auto filter_of = [&](int j) { return own_filter + j * wgmma_index::dealt_filters; };
  // As much of the residual at once as registers hold: its way from memory is paid for once, not for every
  // filter.
  constexpr int all = Shape::filters / wgmma_index::dealt_filters;
  constexpr int at_once = most_dividing(all, Shape::residual_registers * 4 / (rows * width * int{sizeof(T)}));
#pragma unroll
  for (int first = 0; first < all; first += at_once) {
    Pack<T, width> residual[at_once][rows];
    if (o.residual) {
#pragma unroll
      for (int j = 0; j < at_once; ++j) {
#pragma unroll
        for (int row = 0; row < rows; ++row) {
          if (filter_of(first + j) < a.g.filters && pixel_of(row) < a.g.pixels)
            residual[j][row] =
                load<width>(o.residual + (pixel_of(row) * o.residual_pixel + filter_of(first + j)));
        }
      }
    }
#pragma unroll
    for (int j = 0; j < at_once; ++j) {
      const int filter = filter_of(first + j);
      if (filter >= a.g.filters) break;
      const Pack<float, width> bias = load<width>(o.bias + filter);
#pragma unroll
      for (int row = 0; row < rows; ++row) {
        if (pixel_of(row) >= a.g.pixels) continue;
        const Pack<T, width> result =
            finished(a, sums[row / 2], first + j, row % 2, bias, residual[j][row], activation);
        const Global<T> to = o.out + (pixel_of(row) * o.out_pixel + filter);
        if (filter + width <= a.g.filters) {
          store<width>(to, result);
        } else {
#pragma unroll
          for (int i = 0; i < width; ++i)
            if (filter + i < a.g.filters) to[i] = result.v[i];
        }
      }
    }
  }
}

// Calls f with the layer's activation.
template <class T, class F>
NIGHTJAR_DEVICE void with_activation(const WgmmaArguments<T>& a, F f) {
  switch (a.output.activation) {
    case Activation::mish:
      return f(Curve<activations::Mish>{});
    case Activation::swish:
      return f(Curve<activations::Swish>{});
    default:
      return f(Sloped{a.slope});
  }
}

#endif

// The activations that with_activation() has.
inline bool is_in_registers(Activation activation) {
  return activation == Activation::linear || activation == Activation::leaky ||
         activation == Activation::mish || activation == Activation::swish;
}
inline bool is_sloped(Activation activation) {
  return activation == Activation::linear || activation == Activation::leaky;
}
inline float slope_of(Activation activation) {
  return activation == Activation::leaky ? .1f : 1.f;
}

// What a kernel takes on an H100, in microseconds: to start and to end, for each step along k, and for what
// else a tile needs. Fitted to the times that --tune took of the layers of yolov3 in batches of 1 and 32 (one
// NVIDIA H100 80GB HBM3, 2026-11-28), which it meets within 12 % on average.
struct WgmmaCost {
  double start, step, tile;
  // `tiles`: that the busiest multiprocessor works on, one after the other.
  double microseconds(double tiles, int steps) const { return start + tiles * (steps * step + tile); }
};

// A kernel under its name.
#define NIGHTJAR_WGMMA_KERNEL(kernel, ...)       \
  namespace {                                    \
  struct kernel##_named : __VA_ARGS__ {          \
    static constexpr const char* name = #kernel; \
  };                                             \
  }                                              \
  const CudaKernel kernel = cuda_kernel<kernel##_named>();

// What is the same in their hosts' parts.
template <class T, class Shape>
struct WgmmaConv : OneLaunch<WgmmaArguments<T>> {
  using Op = ops::Conv;
  static constexpr bool is_half = std::is_same_v<T, half>;
  static constexpr int minimum_sm = 90, maximum_sm = 90;  // code for sm_90a runs on nothing else
  static constexpr Precision precision = is_half ? Precision::fp16 : Precision::tf32;
  static constexpr Type type = is_half ? Type::f16 : Type::f32;
  static constexpr int tile_k = Shape::row_bytes / sizeof(T), chunk = 16 / sizeof(T);

  static constexpr ConvTile tile{Shape::pixels, Shape::filters, tile_k, 1, 1};
  // What moving everything once through memory takes: 2.9 TB/s were seen on an H100.
  static double memory_microseconds(const Op& op, const Tensor& out) {
    constexpr double bytes_per_us = 2.9e6, launch_us = 1;
    const double values = double(out.batch) * double(op.in.size() + op.out.size() * (op.residual ? 2 : 1)) +
                          double(op.in.c) * op.out.c * op.size * op.size;
    return launch_us + values * sizeof(T) / bytes_per_us;
  }
  // The sum as these kernels take it: every tap's channels padded to whole tiles.
  static Op padded(const Op& op) {
    Op p = op;
    p.in.c = round_up(op.in.c, tile_k);
    return p;
  }
  static bool accepts_any(const Op& op, const Tensor* in, const Tensor& out) {
    return out.type == type && accepts_all(in, op.residual ? 2 : 1, out) && op.groups == 1 &&
           op.in.c * 2 >= tile_k && in[0].pixel % chunk == 0 && wgmma_index::encodable(op);
  }
  // Whether sums can leave straight from registers.
  static bool leaves_registers(const Op& op, const Tensor* in, const Tensor& out) {
    const bool sloped = !op.residual || is_sloped(op.residual_activation);
    const bool wide =
        out.pixel % chunk == 0 &&
        (!op.residual || (in[1].pixel % chunk == 0 && op.out.c % wgmma_index::lane_filters == 0));
    return sloped && wide && is_in_registers(op.activation);
  }
  static int steps(const Op& op) { return ceil_div(op.size * op.size * padded(op).in.c, tile_k); }
  static PackedWeights packed(const Op& op) { return packed_weights(padded(op), tile); }
  static std::int64_t packed_bytes(const Op& op) { return packed(op).bytes(1, sizeof(T)); }
  static std::int64_t packed_floats(const Op& op) { return packed(op).bias_floats(); }
  static void pack(const Op& op, Weights arrays, void* to) {
    pack_matrix_weights<precision>(
        op, packed(op), arrays, to,
        [](int filter) {
          constexpr int n = wgmma_index::dealt_filters;
          return filter / n * n + wgmma_index::column_of(filter % n);
        },
        [&](int k) { return wgmma_index::packed_k(k, op.in.c, tile_k); });
  }
  static Status arguments(const Op& op, const Call& call, int splits, WgmmaArguments<T>& a) {
    const Tensor& in = call.in[0];
    const PackedWeights p = packed(op);
    Status status = encode_picture(op, in, {Shape::pixels, Shape::row_bytes}, a.picture_map);
    if (status == 0)
      status = encode_matrix({p.weights<T>(call.packed), type, p.padded_filters, p.padded_k, p.padded_k},
                             {Shape::filters, Shape::row_bytes}, a.weight_map);
    a.g = conv_geometry(padded(op), in, call.out(), tile, splits);
    a.by_channel_tiles = Divider(wgmma_index::channel_tiles(op.in.c, tile_k));
    a.by_filter_tiles = Divider(ceil_div(a.g.filters, Shape::filters));
    a.tiles = a.whole_tiles = ceil_div(a.g.pixels, Shape::pixels) * a.by_filter_tiles.divisor;
    a.by_steps = Divider(a.g.k_tiles);
    a.from_registers = leaves_registers(op, call.in, call.out());
    a.arrived = static_cast<unsigned*>(call.workspace);
    a.left = reinterpret_cast<float*>(static_cast<std::byte*>(call.workspace) + workspace_zeros);
    a.slope = slope_of(op.activation), a.residual_slope = slope_of(op.residual_activation);
    a.output = conv_output<T>(op, call);
    return status;
  }
};

}  // namespace nightjar::cuda
