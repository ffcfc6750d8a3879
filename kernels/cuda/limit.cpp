#include "kernels/cuda/limit.h"

#include <algorithm>

namespace nightjar::cuda {
namespace {

// fp32: "Throughput of Native Arithmetic Instructions" of the CUDA Programming Guide. The matrix units: the
// data sheets' dense rates over multiprocessors x clock x 2, of the full chip where cards of a generation
// differ (what GeForce cards sum in fp32 runs at half of it):
//   75  T4            65 TFLOP/s fp16                40 x 1.59 GHz
//   80  A100          312 fp16, 156 tf32             108 x 1.41 GHz
//   86  RTX A6000     154.8 fp16, 77.4 tf32          84 x 1.80 GHz
//   89  RTX 6000 Ada  364.2 fp16, 182.1 tf32         142 x 2.505 GHz
//   90  H100 SXM      989.4 fp16, 494.7 tf32         132 x 1.83 GHz
struct Rates {
  int sm;
  double fp32, tf32, fp16;
};
constexpr Rates generations[] = {
    {75, 64, 64, 512},  // no tf32
    {80, 64, 512, 1024}, {86, 128, 256, 512}, {89, 128, 256, 512}, {90, 128, 1024, 2048},
};

struct Work {
  double macs = 0, weights = 0;  // weights: elements
};
Work work_of(const Op& op, const Tensor& out) {
  if (const auto* conv = std::get_if<ops::Conv>(&op)) {
    const double k = double(conv->size * conv->size) * (conv->in.c / conv->groups);
    return {k * conv->out.c * double(out.pixels()), k * conv->out.c};
  }
  if (const auto* connected = std::get_if<ops::Connected>(&op)) {
    const double weights = double(connected->in.size()) * connected->outputs;
    return {weights * out.batch, weights};
  }
  return {};
}

double bytes(const Tensor& t) {
  return double(t.pixels()) * t.shape.c * bytes_of(t.type);
}

}  // namespace

double macs_per_cycle(int sm, Precision precision) {
  const Rates* best = &generations[0];
  for (const Rates& rates : generations) {
    if (rates.sm <= sm) best = &rates;
  }
  return precision == Precision::fp32 ? best->fp32 : precision == Precision::tf32 ? best->tf32 : best->fp16;
}

double limit_microseconds(const Op& op, std::span<const Tensor> in, const Tensor& out, const Peak& peak,
                          Precision precision) {
  const Work work = work_of(op, out);
  const double macs_per_us =
      macs_per_cycle(peak.device.sm, precision) * peak.device.multiprocessors * peak.clock_ghz * 1e3;
  double moved = bytes(out) + work.weights * bytes_of(out.type);
  // Of a concatenation's inputs only the slices are read: as much as is written.
  if (std::holds_alternative<ops::Concat>(op)) {
    moved += bytes(out);
  } else {
    for (const Tensor& t : in) moved += bytes(t);
  }
  return std::max(work.macs / macs_per_us, moved / peak.bytes_per_microsecond);
}

}  // namespace nightjar::cuda
