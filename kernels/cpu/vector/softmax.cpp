// Softmax over slices of the flattened input: phase 0 flattens it, phase 1 takes the slices where they then
// lie, phase 2 gives them their layout.
#include "kernels/ops/softmax.h"

#include "kernels/cpu/layouts.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/simd/math.h"
#include "kernels/cpu/simd/partial.h"
#include "kernels/cpu/vector/flat.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

constexpr float lowest = -3.402823466e38f;

void softmax_slice(float* values, std::int64_t count, float temperature) {
  Vec most = set(lowest);
  for (std::int64_t i = 0; i < count; i += lanes) most = max(most, load_first(values + i, count - i, lowest));
  const Vec largest = set(largest_of(most));
  Vec sums = set(0.f);
  for (std::int64_t i = 0; i < count; i += lanes) {
    const Vec power = exp((load_first(values + i, count - i, lowest) - largest) / set(temperature));
    store_first(values + i, power, count - i);
    sums = sums + keep_first(power, count - i, 0.f);
  }
  const Vec share = set(1.f / sum(sums));
  for (std::int64_t i = 0; i < count; i += lanes)
    store_first(values + i, load_first(values + i, count - i, 0.f) * share, count - i);
}

struct Softmax : CpuKernelDefaults {
  using Op = ops::Softmax;
  struct Prepared {
    const int* sizes;  // of the slices of a period; null where all have one size
    int groups;        // of them
    std::int64_t size, period, values;
    int slices;  // of an image
  };
  static constexpr const char* name = NIGHTJAR_KERNEL_NAME("softmax");

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return is_f32(in[0]) && is_f32(out); }
  // An exponential of a register, and values one by one in and out.
  static double cycles(const Op& op, const Tensor&) { return double(op.shape.size()) * (4 + 30. / lanes); }

  static Work prepare(const Op& op, const Call& call, Prepared& p) {
    p.sizes = op.group_sizes.empty() ? nullptr : op.group_sizes.data();
    p.groups = p.sizes ? static_cast<int>(op.group_sizes.size()) : 1;
    p.values = op.shape.size();
    p.size = p.period = op.sliced() / op.groups;
    if (p.sizes) {
      p.period = 0;
      for (int i = 0; i < p.groups; ++i) p.period += p.sizes[i];
    }
    p.slices = static_cast<int>(op.sliced() / p.period) * p.groups;
    const int batch = call.out().batch;
    Work work{3, {batch, batch * p.slices, batch}};
    work.shared_bytes = batch * p.values * std::int64_t{sizeof(float)};
    return work;
  }

  static void run(const Op& op, const Call& call, const Prepared& p, int phase, int begin, int end,
                  Scratch scratch) {
    float* flat = scratch.shared_floats();
    if (phase == 1) return run_slices(op, p, flat, begin, end);
    for (int n = begin; n < end; ++n) {
      if (phase == 0) {
        flatten(call.in[0], n, flat + n * p.values);
      } else {
        unflatten(flat + n * p.values, call.out(), n);
      }
    }
  }

 private:
  static std::int64_t size_of(const Prepared& p, int slice) {
    return p.sizes ? p.sizes[slice % p.groups] : p.size;
  }
  // Where a slice begins in its image.
  static std::int64_t first_of(const Prepared& p, int slice) {
    std::int64_t first = slice / p.groups * p.period;
    for (int i = slice - slice % p.groups; i < slice; ++i) first += size_of(p, i);
    return first;
  }
  static void run_slices(const Op& op, const Prepared& p, float* flat, int begin, int end) {
    std::int64_t first = first_of(p, begin % p.slices);
    for (int item = begin; item < end; ++item) {
      const int n = item / p.slices, slice = item % p.slices;
      if (slice == 0) first = 0;
      softmax_slice(flat + n * p.values + first, size_of(p, slice), op.temperature);
      first += size_of(p, slice);
    }
  }
};

}  // namespace

constexpr CpuKernel softmax = cpu_kernel<Softmax>();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
