// Every CUDA kernel against the reference: in the emulator those that need no Hopper instruction, on a GPU
// all that it can run.
#include <string>

#include "kernels/cuda/libraries.h"
#include "kernels/cuda/manifest.h"
#include "tests/catch.h"
#include "tests/simt/device_case.h"

using namespace nightjar;
using namespace nightjar::testing;

namespace {

// DESIGN: 1e-5 for direct kernels in fp32. A half has 11 bits, and rounding to nearest costs 2^-12 / sqrt(3)
// on average, of the result and, with it, of each weight; tf32 has as many, of the operands only.
double tolerance(const cuda::CudaKernel& kernel, cuda::Type type) {
  if (type == cuda::Type::f16) return 1e-3;
  return kernel.precision == cuda::Precision::tf32 ? 1e-3 : 1e-5;
}

const std::vector<DeviceLayout> layouts{{cuda::Type::f32, 0},
                                        {cuda::Type::f32, 8},
                                        {cuda::Type::f32, 1},
                                        {cuda::Type::f16, 0},
                                        {cuda::Type::f16, 8}};

}  // namespace

TEST_CASE("every CUDA kernel agrees with the reference", "[slow]") {
  if (!has_device()) return;
  const auto device = test_device();
  for (const cuda::CudaKernel* kernel : cuda::kernels()) {
    if (device->sm < kernel->minimum_sm || device->sm > kernel->maximum_sm) continue;
    if (const std::string error = cuda::library_error(kernel->library); !error.empty()) {
      std::printf("not tested: %s: %s\n", kernel->name, error.c_str());
      continue;
    }
    int accepted = 0;
    for (const OpCase& c : op_cases()) {
      if (c.op.index() != kernel->op) continue;
      for (const DeviceLayout layout : layouts) {
        INFO(kernel->name << ": " << c.name << ", " << (layout.type == cuda::Type::f16 ? "f16" : "f32")
                          << ", gap " << layout.gap);
        DeviceOutcome outcome;
        REQUIRE_NOTHROW(outcome = run_on_device(*kernel, c, 2, layout, *device));
        if (!outcome.accepted) continue;
        ++accepted;
        CHECK(outcome.error <= tolerance(*kernel, layout.type));
        CHECK(outcome.gaps_untouched);
        CHECK(outcome.workspace_clean);
      }
    }
    INFO(kernel->name);
    CHECK(accepted > 0);  // a kernel that no case reaches is not tested
  }
}

TEST_CASE("every operation has a CUDA kernel of ours in both types") {
  for (const OpCase& c : op_cases()) {
    for (const cuda::Type type : {cuda::Type::f32, cuda::Type::f16}) {
      bool any = false;
      for (const cuda::CudaKernel* kernel : cuda::kernels()) {
        std::vector<cuda::Tensor> in;
        for (const Shape& s : c.in) in.push_back({nullptr, s, 1, s.c, type});
        const cuda::Tensor out{nullptr, c.out, 1, c.out.c, type};
        any = any || (kernel->op == c.op.index() && kernel->library == cuda::Library::ours &&
                      kernel->minimum_sm <= 75 && kernel->accepts(c.op, in.data(), out));
      }
      INFO(c.name);
      CHECK(any);
    }
  }
}
