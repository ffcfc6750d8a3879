// Direct convolution on blocked (or, for the first layer, planar) input, in tiles of registers
// (direct_tiles.h): any size, stride, dilation and grouping. Input comes with a halo of zeros, so no tile
// knows about edges.
//
// Weights are packed filters-last in the order they are read: [filter group][channel
// block][ky][kx][channel][2 x lanes]. A grouped convolution reads, for each filter group, just the channel
// blocks its groups touch, with zeros where a filter does not look.
#include "kernels/cpu/conv/direct_tiles.h"
#include "kernels/cpu/conv/filters.h"
#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

// The channel blocks that filter group `g` reads: [first, last).
struct BlockRange {
  int first, last;
};
template <int block>
BlockRange blocks_of(const ops::Conv& op, int g) {
  const int filters_a_group = op.out.c / op.groups, channels_a_group = op.in.c / op.groups;
  const int last_filter = min((g + 1) * group_filters, op.out.c);
  const int first_group = g * group_filters / filters_a_group,
            last_group = (last_filter - 1) / filters_a_group;
  return {first_group * channels_a_group / block, ceil_div((last_group + 1) * channels_a_group, block)};
}

struct Geometry {
  int filter_groups;
  int max_blocks;  // most channel blocks a filter group reads
  std::int64_t group_floats;
};
template <int block>
Geometry geometry_of(const ops::Conv& op) {
  Geometry g{ceil_div(op.out.c, group_filters), 0, 0};
  for (int i = 0; i < g.filter_groups; ++i) {
    const BlockRange r = blocks_of<block>(op, i);
    if (r.last - r.first > g.max_blocks) g.max_blocks = r.last - r.first;
  }
  g.group_floats = std::int64_t{g.max_blocks} * op.size * op.size * block * group_filters;
  return g;
}

// A 1x1 convolution over planes without halos sees one long row.
bool is_flat(const ops::Conv& op, const Call& call) {
  return op.size == 1 && op.stride_x == 1 && op.stride_y == 1 && op.pad == 0 && call.in[0].halo == 0 &&
         call.out().halo == 0 && (!op.residual || call.in[1].halo == 0);
}

// The output rows of a plane, and which of them an item is.
struct Cut {
  bool flat;
  int rows, width;
  int an_item;          // rows an item
  int chunks;           // items a plane
  bool filters_inside;  // the weights fit the cache: all filter groups of a chunk before the next chunk
};

Cut cut_of(const ops::Conv& op, const Call& call, const Geometry& g) {
  Cut cut{is_flat(op, call), op.out.h, op.out.w, 1, 1, false};
  if (cut.flat) {
    // Cut as finely as a thread's fair share wants, in whole tiles.
    cut.width = 8 * max_pixels;
    cut.rows = ceil_div(op.out.h * op.out.w, cut.width);
  }
  cut.filters_inside = g.filter_groups * g.group_floats * std::int64_t{sizeof(float)} <= 512 << 10;
  cut.an_item = cut.filters_inside ? 1 : ceil_div(cut.rows, 4);
  cut.chunks = ceil_div(cut.rows, cut.an_item);
  return cut;
}

// `block`: channels a block of the input; 1 reads the picture as it comes, planar.
template <int block>
struct ConvDirect : CpuKernelDefaults {
  using Op = ops::Conv;
  struct Prepared {
    Geometry g;
    Cut cut;
    Epilogue epilogue;
  };
  static constexpr const char* name = block == 1       ? NIGHTJAR_KERNEL_NAME("conv_direct_planar")
                                      : block == lanes ? NIGHTJAR_KERNEL_NAME("conv_direct")
                                      : block < lanes  ? NIGHTJAR_KERNEL_NAME("conv_direct_narrow")
                                                       : NIGHTJAR_KERNEL_NAME("conv_direct_wide");

  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    return in_blocks(in[0], block) && in_blocks(out) && (!op.residual || in_blocks(in[1]));
  }
  static double cycles(const Op& op, const Tensor&) {
    const Geometry g = geometry_of<block>(op);
    const double steps = double(g.filter_groups) * g.max_blocks * block * op.size * op.size;
    const int tiles = ceil_div(op.out.w, max_pixels);
    const double pixels = double(op.out.h) * op.out.w;
    // Two FMAs a cycle; a tile too narrow to hide their latency of 4 pays for 8 sums.
    const double filled = pixels / (double(op.out.h) * tiles);
    return steps * pixels * (filled < 4 ? 4 / filled : 1.) * 1.1;
  }
  static int halo(const Op& op) { return op.pad; }

  // Biases of all filter groups first, then their weights.
  static std::int64_t packed_bytes(const Op& op) {
    const Geometry g = geometry_of<block>(op);
    return g.filter_groups * (g.group_floats + group_filters) * std::int64_t{sizeof(float)};
  }
  static void pack(const Op& op, Weights weights, void* packed) {
    const Geometry g = geometry_of<block>(op);
    const int taps = op.size * op.size;
    auto* group = static_cast<float*>(packed);
    group += pack_biases(op, weights[1], group);
    for (int i = 0; i < g.filter_groups; ++i, group += g.group_floats) {
      const int first = blocks_of<block>(op, i).first * block;
      for (int c = 0; c < g.max_blocks * block; ++c) {
        float* to = group + (std::int64_t{c / block} * taps * block + c % block) * group_filters;
        gather_taps(op, weights[0], i * group_filters, first + c, to, std::ptrdiff_t{block} * group_filters);
      }
    }
  }

  static Work prepare(const Op& op, const Call& call, Prepared& p) {
    const Geometry g = geometry_of<block>(op);
    p = {g, cut_of(op, call, g), epilogue_of(op, call.out())};
    return {1, {g.filter_groups * p.cut.chunks * call.out().batch}};
  }
  static void run(const Op& op, const Call& call, const Prepared& p, int, int begin, int end, Scratch) {
    const Geometry g = p.g;
    const Cut cut = p.cut;
    const int chunks = cut.chunks * call.out().batch;
    for (int item = begin; item < end; ++item) {
      const int group = cut.filters_inside ? item % g.filter_groups : item / chunks;
      const int chunk = cut.filters_inside ? item / g.filter_groups : item % chunks;
      const int first_row = chunk % cut.chunks * cut.an_item;
      run_rows(op, call, p, group, chunk / cut.chunks, first_row, min(first_row + cut.an_item, cut.rows));
    }
    if (p.epilogue.stream) end_streams();
  }

 private:
  // Rows [first, last) of image n, one filter group.
  NIGHTJAR_INLINE static void run_rows(const Op& op, const Call& call, const Prepared& p, int group, int n,
                                       int first, int last) {
    const Geometry g = p.g;
    const Cut cut = p.cut;
    const Tensor &in = call.in[0], &out = call.out();
    const BlockRange range = blocks_of<block>(op, group);
    const int blocks = blocks_of_group(op.out.c, group);
    const auto* packed = call.packed_as<float>();
    DirectTaps taps{nullptr,
                    packed + g.filter_groups * group_filters + group * g.group_floats,
                    packed + group * group_filters,
                    range.last - range.first,
                    op.in.c - range.first * block,
                    op.size,
                    in.plane,
                    op.dilation * in.row,
                    std::ptrdiff_t{op.dilation} * block,
                    std::ptrdiff_t{op.stride_x} * block};
    DirectTarget to{nullptr, out.plane, nullptr, op.residual ? call.in[1].plane : 0};
    for (int y = first; y < last; ++y) {
      const int start = cut.flat ? y * cut.width : 0;
      const int width = cut.flat ? min(op.out.h * op.out.w - start, cut.width) : cut.width;
      const float* in_row = in.at(n, 0, 0, 0) + range.first * in.plane +
                            (cut.flat ? std::ptrdiff_t{start} * block
                                      : (y * op.stride_y - op.pad) * in.row - std::ptrdiff_t{op.pad} * block);
      const std::ptrdiff_t out_at = cut.flat ? std::ptrdiff_t{start} * lanes : y * out.row;
      float* out_row = out.at(n, 0, 0, 0) + group * filter_blocks * out.plane + out_at;
      const float* residual_row = nullptr;
      if (op.residual) {
        const Tensor& r = call.in[1];
        residual_row = r.at(n, 0, 0, 0) + group * filter_blocks * r.plane + (cut.flat ? out_at : y * r.row);
      }
      each_tile_size(width, max_pixels_of(blocks), [&](int x, int pixels, int count) {
        taps.in = in_row + std::ptrdiff_t{x} * op.stride_x * block;
        to.out = out_row + std::ptrdiff_t{x} * lanes;
        to.residual = residual_row + (op.residual ? std::ptrdiff_t{x} * lanes : 0);
        pick_direct<block>(blocks, pixels, op.stride_x)(taps, p.epilogue, to, count);
      });
    }
  }
};

}  // namespace

constexpr CpuKernel conv_direct = cpu_kernel<ConvDirect<lanes>>();
constexpr CpuKernel conv_direct_planar = cpu_kernel<ConvDirect<1>>();
#ifdef NIGHTJAR_OTHER_BLOCK
constexpr CpuKernel conv_direct_other = cpu_kernel<ConvDirect<NIGHTJAR_OTHER_BLOCK>>();
#endif

}  // namespace nightjar::cpu::NIGHTJAR_ISA
