// The limit of a step, against figures worked out by hand.
#include "kernels/cuda/limit.h"

#include "kernels/ops/add.h"
#include "kernels/ops/concat.h"
#include "kernels/ops/connected.h"
#include "kernels/ops/conv.h"
#include "kernels/ops/quantise.h"
#include "tests/catch.h"

using namespace nightjar;
using namespace nightjar::cuda;

namespace {

const Peak h100{{90, 132}, 1.83, 3.35e6};

// Within a thousandth.
bool is_about(double value, double expected) {
  return value > expected * .999 && value < expected * 1.001;
}

}  // namespace

TEST_CASE("a GPU's peak is its data sheet's") {
  const auto teraflops = [](const Device& device, double ghz, Precision precision) {
    return 2 * macs_per_cycle(device.sm, precision) * device.multiprocessors * ghz * 1e-3;
  };
  CHECK(is_about(teraflops({90, 132}, 1.83, Precision::fp16), 989.4));
  CHECK(is_about(teraflops({90, 132}, 1.83, Precision::tf32), 494.7));
  CHECK(is_about(teraflops({90, 132}, 1.98, Precision::fp32), 66.9));
  CHECK(is_about(teraflops({89, 142}, 2.505, Precision::fp16), 364.2));
  CHECK(is_about(teraflops({86, 84}, 1.8, Precision::tf32), 77.4));
  CHECK(is_about(teraflops({80, 108}, 1.41, Precision::fp16), 311.9));
  CHECK(is_about(teraflops({80, 108}, 1.41, Precision::fp32), 19.5));
  CHECK(is_about(teraflops({75, 40}, 1.59, Precision::fp16), 65.1));
  CHECK(is_about(teraflops({75, 40}, 1.59, Precision::tf32), 8.14));
}

TEST_CASE("a generation that is not known counts as the one before it") {
  CHECK(macs_per_cycle(87, Precision::fp16) == macs_per_cycle(86, Precision::fp16));
  CHECK(macs_per_cycle(100, Precision::fp16) == macs_per_cycle(90, Precision::fp16));
}

TEST_CASE("a large convolution is bound by its products") {
  ops::Conv op;
  op.in = {256, 52, 52}, op.out = {512, 52, 52};
  op.size = 3, op.pad = 1;
  // 2304 * 512 * 16 * 2704 = 51.04e9 multiply-adds at 494.7e6 a microsecond
  CHECK(is_about(limit_microseconds(op, 16, Type::f16, h100, Precision::fp16), 103.2));
  CHECK(is_about(limit_microseconds(op, 16, Type::f16, h100, Precision::fp32), 1650.8));
}

TEST_CASE("a convolution of one picture is bound by its weights") {
  ops::Conv op;
  op.in = {512, 13, 13}, op.out = {1024, 13, 13};
  op.size = 3, op.pad = 1, op.residual = true;
  // 2 * (4718592 weights + 86528 in + 173056 residual + 173056 out) = 10.30e6 bytes
  CHECK(is_about(limit_microseconds(op, 1, Type::f16, h100, Precision::fp16), 3.0753));
  // in groups of 16 channels: 2 * (147456 + 432640) bytes
  op.groups = 32;
  CHECK(is_about(limit_microseconds(op, 1, Type::f16, h100, Precision::fp16), .34634));
}

TEST_CASE("a connected layer reads its matrix once for the whole batch") {
  const ops::Connected op{{256, 7, 7}, 4096, Activation::leaky};
  // 4 * (12544 * 4096 + 2 * 12544 + 2 * 4096) bytes
  CHECK(is_about(limit_microseconds(op, 2, Type::f32, h100, Precision::tf32), 61.389));
}

TEST_CASE("what only moves values is bound by their bytes") {
  const Shape large{64, 26, 26}, half{32, 26, 26};
  const double half_bytes = 32 * 26 * 26 * 2;
  const ops::Concat concat{{{large, 0, 16}, {half, 0, 16}}};
  CHECK(is_about(limit_microseconds(concat, 1, Type::f16, h100, Precision::fp16), 2 * half_bytes / 3.35e6));
  CHECK(is_about(limit_microseconds(ops::Add{{half, large}}, 1, Type::f16, h100, Precision::fp16),
                 4 * half_bytes / 3.35e6));
}

TEST_CASE("what is stored in bytes counts as bytes, whatever floats are stored as") {
  const ops::Quantise op{{64, 26, 26}, .1f};
  CHECK(is_about(limit_microseconds(op, 3, Type::f16, h100, Precision::fp16),
                 3 * (2 + 1) * 64 * 26 * 26 / 3.35e6));
}
