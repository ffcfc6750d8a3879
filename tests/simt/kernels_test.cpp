// Every CUDA kernel against the reference: in the emulator those that need no Hopper instruction, on a GPU
// all that it can run.
#include <algorithm>
#include <map>
#include <string>

#include "kernels/cuda/manifest.h"
#include "kernels/cuda/vendor/libraries.h"
#include "kernels/ops/add.h"
#include "kernels/ops/concat.h"
#include "kernels/ops/copy.h"
#include "tests/catch.h"
#include "tests/kernels/conv_cases.h"
#include "tests/simt/device_case.h"

using namespace nightjar;
using namespace nightjar::testing;

namespace {

// DESIGN: 1e-5 for direct kernels in fp32. A half has 11 bits, and rounding to nearest costs 2^-12 / sqrt(3)
// on average, of the result and, with it, of each weight; tf32 has as many, of the operands only.
double tolerance(const cuda::CudaKernel& kernel, Type type) {
  if (type == Type::f16) return 1e-3;
  return kernel.precision == Precision::tf32 ? 1e-3 : 1e-5;
}

const std::vector<DeviceLayout> layouts{{Type::f32, 0}, {Type::f32, 8}, {Type::f32, 1},
                                        {Type::f16, 0}, {Type::f16, 8}, {Type::f16, 0, 8}};

std::string to_string(const cuda::CudaKernel& kernel, const OpCase& c, DeviceLayout layout) {
  return kernel.name + (": " + c.name) + ", " + (layout.type == Type::f16 ? "f16" : "f32") + ", gap " +
         std::to_string(layout.gap) + ", multiple " + std::to_string(layout.multiple);
}

#ifdef NIGHTJAR_SIMT
constexpr bool is_emulated = true;
#else
constexpr bool is_emulated = false;
#endif
// Hopper's kernels are many, and the emulator is slow with them: there, each has one layout.
bool is_long(const cuda::CudaKernel& kernel) {
  return is_emulated && kernel.minimum_sm >= 90;
}
bool is_of_plans(const DeviceLayout& layout) {
  return layout.multiple == 8 || (layout.type == Type::f32 && layout.gap == 8);
}

bool is_of_library(const cuda::CudaKernel& kernel) {
  return kernel.library != Library::ours;
}

// Ours, or the libraries' that are there; all that the device can run.
std::vector<const cuda::CudaKernel*> kernels_of(const cuda::Device& device, bool of_libraries) {
  std::vector<const cuda::CudaKernel*> all;
  for (const cuda::CudaKernel* kernel : cuda::kernels()) {
    if (device.sm < kernel->minimum_sm || device.sm > kernel->maximum_sm) continue;
    if (is_of_library(*kernel) != of_libraries) continue;
    const std::string error = cuda::library_error(kernel->library);
    if (error.empty()) {
      all.push_back(kernel);
    } else {
      std::printf("not tested: %s: %s\n", kernel->name, error.c_str());
    }
  }
  return all;
}

// Returns whether the kernel accepted.
bool check_against_reference(const cuda::CudaKernel& kernel, const OpCase& c, const DeviceExample& example,
                             DeviceLayout layout, const cuda::Device& device) {
  INFO(to_string(kernel, c, layout));
  DeviceOutcome outcome;
  REQUIRE_NOTHROW(outcome = run_on_device(kernel, c.op, example, layout, device));
  if (!outcome.accepted) return false;
  CHECK(outcome.error <= tolerance(kernel, layout.type));
  CHECK(outcome.gaps_untouched);
  CHECK(outcome.packed_in_bounds);
  CHECK(outcome.workspace_clean);
  return true;
}

void check_against_reference(bool of_libraries) {
  if (!has_device()) return;
  const auto device = test_device();
  std::map<const cuda::CudaKernel*, int> accepted;
  for (const cuda::CudaKernel* kernel : kernels_of(*device, of_libraries)) accepted[kernel] = 0;
  for (const OpCase& c : op_cases()) {
    if (std::ranges::none_of(accepted, [&](const auto& entry) { return entry.first->op == c.op.kind(); }))
      continue;
    const DeviceExample floats = make_example(c.op, 2, Type::f32), halves = make_example(c.op, 2, Type::f16);
    for (auto& [kernel, count] : accepted) {
      if (c.op.kind() != kernel->op) continue;
      for (const DeviceLayout layout : layouts) {
        if (is_long(*kernel) && !is_of_plans(layout)) continue;
        const DeviceExample& example = layout.type == Type::f16 ? halves : floats;
        count += check_against_reference(*kernel, c, example, layout, *device);
      }
    }
  }
  for (const auto& [kernel, count] : accepted) {
    INFO(kernel->name);
    CHECK(count > 0);  // a kernel that no case reaches is not tested
  }
}

// Calculations in whole numbers are a CPU's so far; parameters are folded and turned on the host, where they
// are packed, or by who packs them again.
constexpr OpKind on_cpus_only[] = {OpKind::BinariseWeights, OpKind::BinomialFilter, OpKind::ConvInt8,
                                   OpKind::Dequantise,      OpKind::FoldBatchNorm,  OpKind::Quantise,
                                   OpKind::QuantiseWeights, OpKind::TurnFilters};

bool is_on_cpus_only(OpKind kind) {
  return std::ranges::count(on_cpus_only, kind) > 0;
}

bool accepts(const cuda::CudaKernel& kernel, const Op& op, DeviceLayout layout = {}) {
  const DeviceViews views = describe(op, 1, layout);
  return kernel.accepts(op, views.in.data(), views.outs.data());
}

}  // namespace

TEST_CASE("every CUDA kernel agrees with the reference", "[slow]") {
  check_against_reference(false);
}

TEST_CASE("every CUDA kernel of a library agrees with the reference", "[slow]") {
  check_against_reference(true);
}

TEST_CASE("CUDA kernels that promise it give an image the same bits in every batch", "[slow]") {
  if (!has_device()) return;
  const auto device = test_device();
  for (const cuda::CudaKernel* kernel : kernels_of(*device, false)) {
    if (kernel->depends_on_batch || is_long(*kernel)) continue;
    for (const OpCase& c : op_cases()) {
      if (c.op.kind() != kernel->op) continue;
      for (const DeviceLayout layout : {DeviceLayout{Type::f32, 0}, DeviceLayout{Type::f16, 8}}) {
        INFO(to_string(*kernel, c, layout));
        const std::vector<float> alone = run_on_device(*kernel, c.op, 1, layout, *device).values;
        std::vector<float> first = run_on_device(*kernel, c.op, 3, layout, *device).values;
        first.resize(alone.size());
        CHECK(first == alone);
      }
    }
  }
}

TEST_CASE("a library's CUDA kernels promise no such thing") {
  for (const cuda::CudaKernel* kernel : cuda::kernels()) {
    INFO(kernel->name);
    CHECK((!is_of_library(*kernel) || kernel->depends_on_batch));
  }
}

TEST_CASE("every operation has a CUDA kernel, or is known to have none") {
  for (int i = 0; i < op_count; ++i) {
    const auto kind = static_cast<OpKind>(i);
    INFO(name_of(kind));
    CHECK(std::ranges::any_of(cuda::kernels(), [&](const auto* kernel) { return kernel->op == kind; }) !=
          is_on_cpus_only(kind));
  }
}

TEST_CASE("every case of an operation has a CUDA kernel of ours in both types") {
  for (const OpCase& c : op_cases()) {
    if (is_on_cpus_only(c.op.kind())) continue;
    for (const Type type : {Type::f32, Type::f16}) {
      const bool any = std::ranges::any_of(cuda::kernels(), [&](const cuda::CudaKernel* kernel) {
        return kernel->op == c.op.kind() && !is_of_library(*kernel) && kernel->minimum_sm <= 75 &&
               accepts(*kernel, c.op, {type});
      });
      INFO(c.name);
      CHECK(any);
    }
  }
}

TEST_CASE("no CUDA kernel takes whole numbers, nor a tensor that does not lie pixel by pixel") {
  for (const OpCase& c : op_cases()) {
    for (const cuda::CudaKernel* kernel : cuda::kernels()) {
      if (kernel->op != c.op.kind()) continue;
      const Operand operand = c.op.reads()[0];
      if (!operand.value.per_image) continue;
      INFO(kernel->name << ": " << c.name);
      if (!operand.exact) CHECK_FALSE(accepts(*kernel, c.op, {Type::i8}));
      DeviceViews planar_in = describe(c.op, 1, {});
      const Tensor& first = planar_in.in[0];
      planar_in.in[0] = planar_tensor(nullptr, first.shape);
      if (first.shape.c > 1) CHECK_FALSE(kernel->accepts(c.op, planar_in.in.data(), planar_in.outs.data()));
    }
  }
}

TEST_CASE("what does not fit a kernel's tables is refused") {
  // A tile of weights: 384 values of k.
  const auto first_layer = [](int channels, int size) {
    return conv({.c = channels, .h = 30, .w = 30, .n = 16, .size = size, .pad = 0}).op;
  };
  for (const auto& [channels, size] : {std::pair{1, 19}, {2, 13}, {3, 11}, {4, 9}}) {
    CHECK(accepts(cuda::conv_first, first_layer(channels, size)));
    CHECK_FALSE(accepts(cuda::conv_first, first_layer(channels, size + 1)));
  }
  CHECK_FALSE(accepts(cuda::conv_first, first_layer(5, 3)));

  const Shape shape{8, 4, 4};
  const auto sum = [&](std::size_t inputs) { return ops::Add{std::vector<Shape>(inputs, shape)}; };
  CHECK(accepts(cuda::add, sum(8)));
  CHECK_FALSE(accepts(cuda::add, sum(9)));
}

TEST_CASE("a convolution's blocks take many tiles, and share the last ones, as one alone would") {
  if (!has_device()) return;
  const auto device = test_device();
  const std::vector<ConvSpec> convs{
      {.c = 64, .h = 19, .w = 17, .n = 256, .size = 3},
      {.c = 128, .h = 13, .w = 27, .n = 72, .size = 3, .activation = Activation::mish},
      {.c = 128, .h = 30, .w = 30, .n = 101, .size = 1, .activation = Activation::swish},
      {.c = 128,
       .h = 13,
       .w = 25,
       .n = 136,
       .size = 3,
       .residual = true,
       .residual_activation = Activation::leaky},
      {.c = 32, .h = 31, .w = 33, .n = 64, .size = 3},
      {.c = 3, .h = 41, .w = 50, .n = 40, .size = 3},
  };
  for (const cuda::CudaKernel* kernel : kernels_of(*device, false)) {
    if (kernel->op != OpKind::Conv || kernel->precision == Precision::fp32) continue;
    const Type type = kernel->precision == Precision::fp16 ? Type::f16 : Type::f32;
    for (const ConvSpec& c : convs) {
      const OpCase whole = conv(c);
      const DeviceExample example = make_example(whole.op, 2, type);
      for (const int multiprocessors : {3, 1, 11}) {
        if (is_emulated && multiprocessors != 3) continue;
        const cuda::Device some{device->sm, multiprocessors};
        INFO(kernel->name << ": " << whole.name << ", on " << multiprocessors);
        const DeviceOutcome outcome = run_on_device(*kernel, whole.op, example, {type, 8, 8}, some);
        if (!outcome.accepted) continue;
        CHECK(outcome.error <= tolerance(*kernel, type));
        CHECK(outcome.gaps_untouched);
        CHECK(outcome.workspace_clean);
      }
    }
  }
}

TEST_CASE("a copy makes floats of halves, and halves of floats") {
  if (!has_device()) return;
  const auto device = test_device();
  for (const int channels : {13, 16}) {
    const Op op = ops::Copy{{channels, 3, 5}};
    for (const Type read : {Type::f16, Type::f32}) {
      const Type written = read == Type::f16 ? Type::f32 : Type::f16;
      for (const int gap : {0, 8}) {
        const DeviceOutcome found = run_on_device(cuda::copy, op, 2, {read, gap, 1, written}, *device);
        REQUIRE(found.accepted);
        CHECK(found.error <= (read == Type::f16 ? 0 : 1e-3));
        CHECK(found.gaps_untouched);
      }
    }
  }
}

TEST_CASE("the largest first layers and long concatenations are right") {
  if (!has_device()) return;
  const auto device = test_device();
  const Shape shape{3, 4, 5};
  const ops::Concat joined{std::vector<ops::Concat::Slice>(70, {shape, 1, 2})};
  const DeviceOutcome outcome = run_on_device(cuda::concat, joined, 2, {Type::f16, 1}, *device);
  CHECK(outcome.accepted);
  CHECK(outcome.error == 0);
  for (const auto& [channels, size] : {std::pair{1, 19}, {4, 9}}) {
    const Op op = conv({.c = channels, .h = 21, .w = 20, .n = 19, .size = size, .pad = 0}).op;
    CHECK(run_on_device(cuda::conv_first, op, 1, {}, *device).error <= 1e-5);
  }
}
