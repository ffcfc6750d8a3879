// How convolutions are cut, without a device.
#include "kernels/cuda/conv/geometry.h"

#include "kernels/cuda/manifest.h"
#include "tests/catch.h"
#include "tests/simt/device_case.h"

using namespace nightjar;
using namespace nightjar::cuda;

namespace {

ops::Conv square(int channels, int side, int filters, int size) {
  ops::Conv op;
  op.in = {channels, side, side}, op.out = {filters, side, side};
  op.size = size, op.pad = size / 2;
  return op;
}

}  // namespace

TEST_CASE("a divider divides") {
  for (const int d : {1, 2, 3, 5, 7, 13, 26, 52, 64, 169, 255, 416, 1023, 173056, 1 << 30, 0x7fffffff}) {
    const Divider by(d);
    for (const int n : {0, 1, 2, 12, 13, 1000, 65535, 173055, 173056, 1 << 24, (1 << 30) - 1, 1 << 30,
                        0x7ffffffe, 0x7fffffff}) {
      int remainder;
      CHECK(by.divide(n, remainder) == n / d);
      CHECK(remainder == n % d);
    }
    for (int n = 0; n < 5000; ++n) REQUIRE(by.quotient(n) == n / d);
  }
}

TEST_CASE("splits share all steps") {
  ConvGeometry g{};
  for (const int tiles : {1, 2, 5, 18, 72}) {
    for (int splits = 1; splits <= tiles && splits <= 16; ++splits) {
      g.k_tiles = tiles, g.splits = splits;
      CHECK(g.first_step(0) == 0);
      CHECK(g.first_step(splits) == tiles);
      for (int s = 0; s < splits; ++s) CHECK(g.first_step(s) < g.first_step(s + 1));
    }
  }
}

TEST_CASE("small grids are cut along the sum, large ones are not") {
  constexpr ConvTile tile{128, 128, 64, 2, 600};
  const Device h200{90, 132};
  CHECK(conv_schedule(square(512, 13, 1024, 3), 1, 2, tile, 16, h200).splits > 2);
  CHECK(conv_schedule(square(64, 208, 128, 3), 32, 2, tile, 16, h200).splits == 1);
  CHECK(conv_schedule(square(64, 13, 64, 1), 1, 2, tile, 16, h200).splits == 1);  // one step
  CHECK(conv_schedule(square(512, 13, 1024, 3), 1, 2, tile, 16, {75, 2}).splits == 1);
}

TEST_CASE("a split sum is the same whichever device cut it, up to rounding, and can be run again") {
  ops::Conv conv = square(96, 5, 40, 3);
  conv.bias = true;
  const Op op = conv;
  int split = 0;
  for (const CudaKernel* kernel : kernels()) {
    if (kernel->op != op.kind() || kernel->library != Library::ours) continue;
    const testing::DeviceLayout layout{kernel->precision == Precision::fp16 ? Type::f16 : Type::f32, 0};
    const Tensor out = testing::describe(op, 1, layout).outs[0];
    // Those that decide: one multiprocessor takes whole sums.
    if (kernel->workspace_bytes(op, out, {90, 132}) == 0 || kernel->workspace_bytes(op, out, {90, 1}) != 0)
      continue;
    INFO(kernel->name);
    ++split;
    CHECK(kernel->depends_on_batch);
    const auto many = testing::run_on_device(*kernel, op, 1, layout, {90, 132});
    const auto one = testing::run_on_device(*kernel, op, 1, layout, {90, 1});
    REQUIRE(many.accepted);
    CHECK(testing::relative_error(many.values, one.values) < (out.type == Type::f16 ? 1e-3 : 1e-6));
    CHECK(many.workspace_clean);
  }
  CHECK(split > 0);
}
