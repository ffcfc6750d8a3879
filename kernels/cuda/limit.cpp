#include "kernels/cuda/limit.h"

#include <algorithm>

namespace nightjar::cuda {
namespace {

// fp32: "Throughput of Native Arithmetic Instructions" of the CUDA Programming Guide. The matrix units
// ("tensor cores"): the data sheets' dense rates over multiprocessors x clock x 2, of the full chip where
// cards of a generation differ (what GeForce cards sum in fp32 runs at half of it):
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

// Weights are there once, whatever the batch; floats are stored as `type`.
double bytes(const Operand& operand, int batch, Type type) {
  const double elements = double(operand.elements) * (operand.value.per_image ? batch : 1);
  return elements * bytes_of(operand.value.type == Type::f32 ? type : operand.value.type);
}

}  // namespace

double macs_per_cycle(int sm, Precision precision) {
  const Rates* best = &generations[0];
  for (const Rates& rates : generations) {
    if (rates.sm <= sm) best = &rates;
  }
  return precision == Precision::fp32 ? best->fp32 : precision == Precision::tf32 ? best->tf32 : best->fp16;
}

double limit_microseconds(const Op& op, int batch, Type type, const Peak& peak, Precision precision) {
  const double macs_per_us =
      macs_per_cycle(peak.device.sm, precision) * peak.device.multiprocessors * peak.clock_ghz * 1e3;
  double moved = 0;
  for (const Operands& operands : {op.reads(), op.writes()})
    for (const Operand& operand : operands) moved += bytes(operand, batch, type);
  const double macs = double(op.flops()) / 2 * batch;
  return std::max(macs / macs_per_us, moved / peak.bytes_per_microsecond);
}

}  // namespace nightjar::cuda
