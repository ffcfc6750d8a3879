// What the layers of detection heads do to their inputs: reads blocked sums, writes the planar values that
// boxes are decoded from. Region heads have a second phase, the softmax over their classes.
#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/simd/math.h"
#include "kernels/cpu/simd/partial.h"
#include "kernels/cpu/simd/transpose.h"
#include "kernels/ops/heads/gaussian_head.h"
#include "kernels/ops/heads/region_head.h"
#include "kernels/ops/heads/yolo_head.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

// `count` cells of one channel block to `channels` planes, `plane` floats apart.
void split(const float* cells, int count, int channels, float* planes, std::ptrdiff_t plane) {
  if (count < lanes) {
    for (int i = 0; i < count; ++i) {
      for (int c = 0; c < channels; ++c) planes[c * plane + i] = cells[i * lanes + c];
    }
    return;
  }
  for (int done = 0; done < count; done += lanes) {
    // The last cells go with some of those before them.
    const int first = done + lanes <= count ? done : count - lanes;
    Vec rows[lanes];
#pragma GCC unroll 16
    for (int i = 0; i < lanes; ++i) rows[i] = load(cells + std::ptrdiff_t{first + i} * lanes);
    transpose(rows);
#pragma GCC unroll 16
    for (int c = 0; c < lanes; ++c) {
      if (c < channels) store(planes + c * plane + first, rows[c]);
    }
  }
}

// What a plane goes through, and by how much it is stretched.
struct Rule {
  bool logistic = false;
  float stretch = 1;
};

// The rule of a plane, by its number among those of its anchor.
Rule rule_of(const ops::YoloHead& op, int entry) {
  const bool is_size = entry == 2 || entry == 3;
  return {!op.new_coords && !is_size, entry < 2 ? op.scale_x_y : 1};
}
Rule rule_of(const ops::GaussianHead& op, int entry) {
  const bool is_size = entry == 4 || entry == 6, is_centre = entry == 0 || entry == 2;
  return {!is_size, is_centre ? op.scale_x_y : 1};
}
Rule rule_of(const ops::RegionHead& op, int entry) {
  const bool is_class = entry > op.coords;
  return {entry < 2 || entry == op.coords ||
          (is_class && op.activation == ops::RegionHead::Classes::logistic)};
}

int entries_of(const ops::YoloHead& op) {
  return 5 + op.classes;
}
int entries_of(const ops::GaussianHead& op) {
  return 9 + op.classes;
}
int entries_of(const ops::RegionHead& op) {
  return op.coords + 1 + op.classes;
}

void finish_plane(const Rule& rule, float* plane, int cells) {
  if (rule.logistic) activate(Activation::logistic, plane, cells);
  if (rule.stretch == 1) return;
  for (int i = 0; i < cells; ++i) plane[i] = plane[i] * rule.stretch - .5f * (rule.stretch - 1);
}

// An item is a channel block of an image.
template <class O>
struct Planes : CpuKernelDefaults {
  using Op = O;
  struct Prepared {
    int blocks, cells;
    int rows, width;  // of the input: without a halo all rows are one
  };

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) {
    return in_blocks(in[0]) && in_blocks(out, 1) && out.halo == 0;
  }
  static double cycles(const Op& op, const Tensor&) { return double(op.shape.size()); }
  static Work prepare(const Op& op, const Call& call, Prepared& p) {
    const Tensor& in = call.in[0];
    const int cells = op.shape.h * op.shape.w;
    const bool flat = in.halo == 0;
    p = {in.blocks(), cells, flat ? 1 : op.shape.h, flat ? cells : op.shape.w};
    return {1, {call.out().batch * p.blocks}};
  }

  static void run(const Op& op, const Call& call, const Prepared& p, int, int begin, int end, Scratch) {
    const Tensor &in = call.in[0], &out = call.out();
    for (int item = begin; item < end; ++item) {
      const int n = item / p.blocks, first = item % p.blocks * lanes;
      const int last = first + lanes < op.shape.c ? first + lanes : op.shape.c;
      for (int y = 0; y < p.rows; ++y)
        split(in.at(n, first, y, 0), p.width, last - first, out.at(n, first, y, 0), out.plane);
      for (int c = first; c < last; ++c)
        finish_plane(rule_of(op, c % entries_of(op)), out.at(n, c, 0, 0), p.cells);
    }
  }
};

struct YoloHead : Planes<ops::YoloHead> {
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("yolo_head");
};
struct GaussianHead : Planes<ops::GaussianHead> {
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("gaussian_head");
};

// The softmax over `size` planes, `plane` floats apart, of the first `count` cells.
void softmax_planes(float* planes, int size, std::ptrdiff_t plane, int count) {
  Vec largest = load_first(planes, count, 0.f), sum = set(0.f);
  for (int i = 1; i < size; ++i) largest = max(largest, load_first(planes + i * plane, count, 0.f));
  for (int i = 0; i < size; ++i) {
    const Vec power = exp(load_first(planes + i * plane, count, 0.f) - largest);
    store_first(planes + i * plane, power, count);
    sum = sum + power;
  }
  const Vec share = set(1.f) / sum;
  for (int i = 0; i < size; ++i)
    store_first(planes + i * plane, load_first(planes + i * plane, count, 0.f) * share, count);
}

// In the second phase an item is a register of cells of an anchor: one group of planes after the other, each
// small enough for the first-level cache.
struct RegionHead : Planes<ops::RegionHead> {
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("region_head");

  // Exponentials.
  static double cycles(const Op& op, const Tensor&) { return double(op.shape.size()) * (1 + 40. / lanes); }
  static Work prepare(const Op& op, const Call& call, Prepared& p) {
    Work work = Planes::prepare(op, call, p);
    if (op.activation != Op::Classes::softmax && op.activation != Op::Classes::tree) return work;
    work.phases = 2;
    work.items[1] = call.out().batch * op.anchors * registers_of_cells(p);
    return work;
  }

  static void run(const Op& op, const Call& call, const Prepared& p, int phase, int begin, int end,
                  Scratch scratch) {
    if (phase == 0) return Planes::run(op, call, p, 0, begin, end, scratch);
    const int registers = registers_of_cells(p);
    for (int item = begin; item < end; ++item) {
      const int cell = item % registers * lanes, anchor = item / registers % op.anchors;
      const int first = anchor * entries_of(op) + op.coords + 1;
      share_classes(op, call.out().at(item / registers / op.anchors, first, 0, 0) + cell, call.out().plane,
                    p.cells - cell);
    }
  }

 private:
  static int registers_of_cells(const Prepared& p) { return (p.cells + lanes - 1) / lanes; }

  static void share_classes(const Op& op, float* classes, std::ptrdiff_t plane, int count) {
    const bool tree = op.activation == Op::Classes::tree;
    const int* sizes = tree ? op.group_sizes.data() : &op.classes;
    const int groups = tree ? static_cast<int>(op.group_sizes.size()) : 1;
    for (int i = 0; i < groups; classes += sizes[i++] * plane)
      softmax_planes(classes, sizes[i], plane, count);
  }
};

}  // namespace

constexpr CpuKernel yolo_head = cpu_kernel<YoloHead>();
constexpr CpuKernel gaussian_head = cpu_kernel<GaussianHead>();
constexpr CpuKernel region_head = cpu_kernel<RegionHead>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
