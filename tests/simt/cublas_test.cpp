// What surrounds cuBLAS's product: slices of the unfolded input, and the kernel that finishes its sums.
#include "kernels/cuda/vendor/cublas.h"

#include <algorithm>
#include <cmath>

#include "kernels/cuda/conv/geometry.h"
#include "kernels/cuda/half_bits.h"
#include "kernels/cuda/manifest.h"
#include "kernels/cuda/vendor/finish.h"
#include "tests/catch.h"
#include "tests/kernels/op_cases.h"
#include "tests/simt/device_case.h"

using namespace nightjar;
using namespace nightjar::testing;

namespace {

const cuda::CudaKernel& kernel(Type type) {
  return type == Type::f16 ? cuda::conv_cublas_fp16 : cuda::conv_cublas_fp32;
}

// The convolution with matrices of at most `budget` bytes.
std::vector<float> run(const ops::Conv& op, int batch, Type type, std::int64_t budget) {
  std::vector<DeviceTensor> in;
  std::vector<Tensor> in_views;
  for (const OwnedTensor& values : make_data(op, batch)) {
    in.push_back(to_device(values.view, {type, 0}));
    in_views.push_back(in.back().view);
  }
  const DeviceTensor out = to_device(make_tensor(op.out, batch, 1, 0).view, {type, 8});
  const Packed packed = pack(kernel(type), op, make_weights(op));
  const Buffer workspace(static_cast<std::size_t>(cuda::by_matmul_workspace_bytes(op, out.view, budget)));
  const cuda::Call call{{in_views.data(), static_cast<int>(in_views.size()), &out.view, packed.memory.data()},
                        workspace.data(),
                        {90, 132},
                        nullptr};
  cuda::PreparedByMatmul prepared;
  CHECK(cuda::prepare_by_matmul(op, call, kernel(type).precision, budget, prepared) == 0);
  CHECK(cuda::launch_by_matmul(prepared, nullptr) == 0);
  return planar(from_device(out).view);
}

}  // namespace

TEST_CASE("a convolution in slices is the convolution", "[slow]") {
  for (const OpCase& c : op_cases()) {
    const auto* op = c.op.as<ops::Conv>();
    if (!op || op->out.size() > 10000) continue;
    for (const Type type : {Type::f32, Type::f16}) {
      INFO(c.name << ", " << (type == Type::f16 ? "f16" : "f32"));
      const std::vector<float> whole = run(*op, 2, type, cuda::im2col_budget);
      const std::int64_t row =
          std::int64_t{op->groups} * (op->size * op->size * op->in.c / op->groups + 7) / 8 * 8;
      CHECK(run(*op, 2, type, 7 * row * bytes_of(type)) == whole);
      CHECK(run(*op, 2, type, 1) == whole);  // a row at a time
    }
  }
}

TEST_CASE("the matrix stays within its budget, and a 1x1 convolution needs none") {
  ops::Conv op;
  op.in = {32, 608, 608}, op.out = {64, 608, 608};
  op.size = 3, op.pad = 1;
  const Tensor out = cuda::nhwc_tensor(nullptr, op.out, 16, 64, Type::f16);
  const std::int64_t bytes = cuda::by_matmul_workspace_bytes(op, out, cuda::im2col_budget);
  const std::int64_t others =
      cuda::by_matmul_workspace_bytes({.in = op.in, .out = op.out}, out, cuda::im2col_budget);
  CHECK(bytes - others > cuda::im2col_budget / 2);
  CHECK(bytes - others <= cuda::im2col_budget + 256);
  CHECK(others < std::int64_t{64} << 20);
}

TEST_CASE("the sums of a library are finished in place") {
  ops::Conv op;
  op.in = {4, 3, 5}, op.out = {24, 3, 5};
  op.activation = Activation::leaky, op.residual = true, op.residual_activation = Activation::relu;
  for (const DeviceLayout layout :
       {DeviceLayout{Type::f32, 0}, {Type::f32, 3}, {Type::f16, 8}, {Type::f16, 1}}) {
    INFO((layout.type == Type::f16 ? "f16" : "f32") << ", gap " << layout.gap);
    OwnedTensor sums = make_tensor(op.out, 2, 1, 0), residual = make_tensor(op.out, 2, 1, 0);
    fill(sums, 1);
    fill(residual, 2);
    std::vector<float> bias(24);
    for (std::size_t f = 0; f < bias.size(); ++f) bias[f] = .25f * static_cast<float>(f) - 3;
    const Buffer packed(64 * 4, 0);
    cuda::pack_bias(op, bias.data(), packed.host());
    packed.upload();
    const DeviceTensor out = to_device(sums.view, layout), added = to_device(residual.view, layout);
    const Tensor in[] = {{}, added.view};
    cuda::PreparedFinish prepared;
    const cuda::Call call{{in, 2, &out.view, packed.data()}, nullptr, {90, 132}, nullptr};
    CHECK(cuda::prepare_finish(op, call, prepared) == 0);
    CHECK(cuda::finish_convolution(prepared, nullptr) == 0);
    const std::vector<float> values = planar(from_device(out).view), x = planar(sums.view),
                             r = planar(residual.view);
    double worst = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const float biased = x[i] + bias[i / 15 % 24], activated = std::max(biased, .1f * biased);
      worst = std::max(worst, std::abs(double(values[i]) - std::max(activated + r[i], 0.f)));
    }
    CHECK(worst < (layout.type == Type::f16 ? 4e-3 : 1e-6));
  }
}

TEST_CASE("weights lie by group, filter, tap and channel, in rows of whole packs") {
  ops::Conv op;
  op.in = {6, 4, 4}, op.out = {4, 4, 4};
  op.size = 3, op.pad = 1, op.groups = 2;
  std::vector<float> weights(4 * 3 * 9), bias{1, 2, 3, 4};
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<float>(i) + 1.f / 4096;
  const void* arrays[] = {weights.data(), bias.data(), nullptr};
  const auto packed = [&](const cuda::CudaKernel& k) {
    std::vector<std::byte> bytes(static_cast<std::size_t>(k.packed_bytes(op)));
    k.pack(op, {arrays}, bytes.data());
    return bytes;
  };
  const auto exact = packed(cuda::conv_cublas_fp32), rounded = packed(cuda::conv_cublas_tf32),
             halves = packed(cuda::conv_cublas_fp16);
  REQUIRE(exact.size() == 256 + 4 * 32 * 4);  // k = 27, padded to 32
  REQUIRE(halves.size() == 256 + 4 * 32 * 2);
  for (std::size_t f = 0; f < 4; ++f) {
    CHECK(reinterpret_cast<const float*>(exact.data())[f] == bias[f]);
    for (std::size_t k = 0; k < 32; ++k) {
      const float weight = k < 27 ? weights[(f * 3 + k % 3) * 9 + k / 3] : 0;
      const std::size_t at = f * 32 + k;
      REQUIRE(reinterpret_cast<const float*>(exact.data() + 256)[at] == weight);
      REQUIRE(reinterpret_cast<const float*>(rounded.data() + 256)[at] == cuda::tf32_value(weight));
      REQUIRE(reinterpret_cast<const std::uint16_t*>(halves.data() + 256)[at] == cuda::half_bits(weight));
    }
  }
}

TEST_CASE("of one library, the most reduced arithmetic that a plan allows is the cheapest") {
  ops::Conv op;
  op.in = {16, 8, 8}, op.out = {16, 8, 8};
  const cuda::Device device{90, 132};
  const Tensor f32 = cuda::nhwc_tensor(nullptr, op.out, 1, 16, Type::f32),
               f16 = cuda::nhwc_tensor(nullptr, op.out, 1, 16, Type::f16);
  CHECK(cuda::conv_cublas_tf32.microseconds(op, f32, device) <
        cuda::conv_cublas_fp32.microseconds(op, f32, device));
  CHECK(cuda::conv_cublas_fp16.microseconds(op, f16, device) <
        cuda::conv_cublas_tf32.microseconds(op, f32, device));
}
