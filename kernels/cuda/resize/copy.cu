// What a state is given for the next run, or what is read in another type than it is stored in.
#include "kernels/ops/copy.h"

#include "kernels/cuda/manifest.h"
#include "kernels/cuda/resize/copy.cuh"

namespace nightjar::cuda {
namespace {

struct Copy : OneLaunch<CopyArguments<float, float>> {
  using Op = ops::Copy;
  static constexpr const char* name = "copy";

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) {
    return accepts_all(nullptr, 0, in[0]) && accepts_all(nullptr, 0, out);
  }
  static double microseconds(const Op&, const Tensor& out, const Device&) {
    return copy_microseconds(out, 2);
  }
  static Status prepare(const Op&, const Call& call, Prepared& prepared) {
    return prepare_copy(call.in[0], call.out(), prepared);
  }
};

}  // namespace

const CudaKernel copy = cuda_kernel<Copy>();

}  // namespace nightjar::cuda
