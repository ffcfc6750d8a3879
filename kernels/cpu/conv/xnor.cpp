// The convolution of signs: inputs become bits once, and each output is a count of those that differ from the
// weights' (xnor_tiles.h), sum = K - 2 count.
//
// The frame around the image has the sign -1. Where cells outside count as 0, what the frame added is taken
// back: the sum of the weights' signs over the taps outside, from a table of sums over rectangles.
#include <utility>

#include "kernels/cpu/conv/epilogue.h"
#include "kernels/cpu/conv/xnor_tiles.h"
#include "kernels/cpu/manifest.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

constexpr int tile_pixels = 2 * max_pairs;
constexpr std::int64_t most_taps = (1 << 16) - 1;  // counted in 16 bits

// The taps of a window that lie inside, one way: [first, last).
struct Inside {
  int first, last;
  bool whole;

  Inside() = default;
  // Of a window whose first tap lies at `position` of so many cells.
  Inside(const ops::Conv& op, int position, int cells) : first(0), last(op.size) {
    const int over = position + op.dilation * (op.size - 1) - (cells - 1);
    if (position < 0) first = min(op.size, ceil_div(-position, op.dilation));
    if (over > 0) last = max(first, op.size - ceil_div(over, op.dilation));
    whole = first == 0 && last == op.size;
  }
};

// A row of outputs of one group of registers.
struct Row {
  const ops::ConvXnor& op;
  const PackedSigns& parts;
  const void* packed;
  const Epilogue& epilogue;
  int filter, blocks;  // the first one; blocks of the output
  Inside rows;         // of the windows' taps
};

// What all sums of a pixel hold besides the counts: the number of signs, and what makes good for the frame.
NIGHTJAR_INLINE Vec constant_part(const Row& row, const Inside& columns, int filter) {
  const ops::Conv& conv = row.op.conv;
  const Vec all = set(static_cast<float>(conv.in.c) * static_cast<float>(conv.size * conv.size));
  if (row.parts.rectangle_rows == 0 || (row.rows.whole && columns.whole)) return all;
  const auto rectangle = [&](int y, int x) { return load(row.parts.rectangle(row.packed, y, x) + filter); };
  const Vec inside = rectangle(row.rows.last, columns.last) - rectangle(row.rows.first, columns.last) -
                     rectangle(row.rows.last, columns.first) + rectangle(row.rows.first, columns.first);
  return all + rectangle(conv.size, conv.size) - inside;
}

// Writes `pixels` outputs from column x on. `out` and `residual` are those of the first block.
template <int pixels>
void write_outputs(const Row& row, const PairCounts* counts, int x, float* out, std::ptrdiff_t out_plane,
                   const float* residual, std::ptrdiff_t residual_plane) {
  const ops::Conv& conv = row.op.conv;
  Inside columns[pixels];
  for (int p = 0; p < pixels; ++p) columns[p] = Inside(conv, (x + p) * conv.stride_x - conv.pad, conv.in.w);
  for (int b = 0; b < row.blocks; ++b) {
    const int filter = row.filter + b * lanes;
    const Vec scale = load(row.parts.scales(row.packed) + filter),
              bias = load(row.parts.biases(row.packed) + filter);
    Vec sums[1][pixels];
#pragma GCC unroll 8
    for (int p = 0; p < pixels; ++p) {
      const Vec count = sums_of(counts[p / 2][b / 4][p % 2], b % 4);
      const Vec sum = constant_part(row, columns[p], filter) - (count + count);
      sums[0][p] = fma(sum, scale, bias);
    }
    finish(row.epilogue, sums, out + b * out_plane, 0, residual + (conv.residual ? b * residual_plane : 0),
           0);
  }
}

using WriteOutputs = void (*)(const Row&, const PairCounts*, int, float*, std::ptrdiff_t, const float*,
                              std::ptrdiff_t);
template <int... pixels>
WriteOutputs pick_write(int n, std::integer_sequence<int, pixels...>) {
  static constexpr WriteOutputs all[] = {&write_outputs<pixels + 1>...};
  return all[n - 1];
}

// The output rows of an image, and which of them an item is.
struct Cut {
  int groups;           // of registers of filters
  int an_item, chunks;  // rows an item, items an image and group
  bool filters_inside;  // the weights fit the cache: all groups of a chunk before the next chunk

  Cut() = default;
  Cut(const ops::ConvXnor& op, const PackedSigns& parts)
      : groups(ceil_div(parts.filters, max_sign_registers * sign_filters)),
        an_item(parts.bytes <= 256 << 10 ? 1 : ceil_div(op.conv.out.h, 4)),
        chunks(ceil_div(op.conv.out.h, an_item)),
        filters_inside(an_item == 1) {}
};

struct ConvXnor : CpuKernelDefaults {
  using Op = ops::ConvXnor;
  struct Prepared {
    SignPlane plane;
    PackedSigns parts;
    Cut cut;
    Epilogue epilogue;
  };
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("conv_xnor");

  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    const ops::Conv& conv = op.conv;
    return conv.groups == 1 && std::int64_t{conv.in.c} * conv.size * conv.size <= most_taps &&
           is_f32(in[0]) && in_blocks(out) && (!conv.residual || in_blocks(in[1]));
  }
  // A look-up costs about a cycle with all that belongs to it, a channel of the input a third of one.
  static double cycles(const Op& op, const Tensor&) {
    const PackedSigns parts(op);
    return double(parts.vector) / sign_filters * (double(parts.filters) / sign_filters) * op.conv.out.h *
               op.conv.out.w / 2 +
           .3 * double(op.conv.in.size());
  }

  static std::int64_t packed_bytes(const Op& op) { return PackedSigns(op).bytes; }
  static void pack(const Op& op, Weights weights, void* packed) {
    const PackedSigns parts(op);
    std::memset(packed, 0, static_cast<std::size_t>(parts.bytes));
    auto* floats = static_cast<float*>(packed);
    auto* signs = const_cast<std::uint8_t*>(parts.signs(packed));
    const std::int64_t filter_size = std::int64_t{op.conv.in.c} * op.conv.size * op.conv.size;
    for (int f = 0; f < op.conv.out.c; ++f) {
      const float* from = weights[0] + f * filter_size;
      pack_signs(op, from, signs + f / sign_filters * parts.vector + sign_place(f % sign_filters));
      floats[f] = reference::mean_magnitude(from, filter_size);
      floats[parts.filters + f] = weights[1] ? weights[1][f] : 0;
      if (parts.rectangle_rows > 0) pack_rectangles(op, from, floats + 2 * parts.filters + f, parts.filters);
    }
  }

  // Phase 0 makes bits of the inputs, an item a row; phase 1 counts.
  static Work prepare(const Op& op, const Call& call, Prepared& p) {
    const int batch = call.out().batch;
    p.plane = SignPlane(op);
    p.parts = PackedSigns(op);
    p.cut = Cut(op, p.parts);
    p.epilogue = epilogue_of(op.conv, call.out());
    Work work{2, {batch * p.plane.height, batch * p.cut.chunks * p.cut.groups}};
    work.thread_bytes = p.plane.row_bytes();
    work.shared_bytes = batch * p.plane.image * std::int64_t{sizeof(std::uint16_t)};
    return work;
  }
  static void run(const Op& op, const Call& call, const Prepared& p, int phase, int begin, int end,
                  Scratch scratch) {
    auto* pairs = static_cast<std::uint16_t*>(scratch.shared);
    const int chunks = p.cut.chunks * call.out().batch;
    for (int item = begin; item < end; ++item) {
      if (phase == 0) {
        const int n = item / p.plane.height, y = item % p.plane.height;
        write_pairs(p.plane, call.in[0], n, y, static_cast<std::uint8_t*>(scratch.thread),
                    pairs + n * p.plane.image + y * p.plane.row());
        continue;
      }
      const int group = p.cut.filters_inside ? item % p.cut.groups : item / chunks;
      const int chunk = p.cut.filters_inside ? item / p.cut.groups : item % chunks;
      const int n = chunk / p.cut.chunks, first = chunk % p.cut.chunks * p.cut.an_item;
      for (int y = first; y < min(first + p.cut.an_item, op.conv.out.h); ++y)
        run_row(op, call, p, pairs + n * p.plane.image, group, n, y);
    }
    if (phase == 1 && p.epilogue.stream) end_streams();
  }

 private:
  static SignTaps taps_of(const ops::Conv& op, const Prepared& p, const Call& call, int group) {
    const bool adjacent = op.dilation == 1 || op.size == 1;  // the taps of a row
    const int steps = p.plane.nibbles * (adjacent ? op.size : 1);
    const int parts = ceil_div(steps, max_sign_steps);
    return {nullptr,
            p.parts.signs(call.packed) + std::int64_t{group} * max_sign_registers * p.parts.vector,
            p.parts.vector,
            op.size,
            adjacent ? 1 : op.size,
            steps,
            ceil_div(ceil_div(steps, parts), most_added_differences) * most_added_differences,
            op.dilation * p.plane.row(),
            std::ptrdiff_t{op.dilation} * p.plane.nibbles,
            std::ptrdiff_t{2} * op.stride_x * p.plane.nibbles};
  }

  static void run_row(const Op& op, const Call& call, const Prepared& p, const std::uint16_t* pairs,
                      int group, int n, int y) {
    const ops::Conv& conv = op.conv;
    const Tensor& out = call.out();
    const int filter = group * max_sign_registers * sign_filters;
    const int registers_left = (p.parts.filters - filter) / sign_filters;
    const Row row{op,
                  p.parts,
                  call.packed,
                  p.epilogue,
                  filter,
                  min(out.blocks() - filter / lanes, 4 * max_sign_registers),
                  Inside(conv, y * conv.stride_y - conv.pad, conv.in.h)};
    SignTaps taps = taps_of(conv, p, call, group);
    const std::uint16_t* in = pairs + std::int64_t{y} * conv.stride_y * p.plane.row();
    const CountDifferences count = pick_count(min(registers_left, max_sign_registers));
    each_tile_size(conv.out.w, tile_pixels, [&](int first, int pixels, int tiles) {
      const WriteOutputs write = pick_write(pixels, std::make_integer_sequence<int, tile_pixels>{});
      for (int x = first; x < first + tiles * pixels; x += pixels) {
        PairCounts counts[max_pairs];
        taps.in = in + std::int64_t{x} * conv.stride_x * p.plane.nibbles;
        count(taps, counts, ceil_div(pixels, 2));
        const float* residual = conv.residual ? call.in[1].at(n, filter, y, x) : nullptr;
        write(row, counts, x, out.at(n, filter, y, x), out.plane, residual,
              conv.residual ? call.in[1].plane : 0);
      }
    });
  }
};

}  // namespace

constexpr CpuKernel conv_xnor = cpu_kernel<ConvXnor>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
