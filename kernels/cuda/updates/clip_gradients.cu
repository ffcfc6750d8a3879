// The length of all gradients together, and what it makes of the rates.
#include "kernels/ops/updates/clip_gradients.h"

#include "kernels/cuda/manifest.h"
#include "kernels/cuda/updates/rates.cuh"
#include "kernels/cuda/updates/sum_of_squares.cuh"

namespace nightjar::cuda {
namespace {

struct ClipArguments {
  SquareParts squares;
  Global<const float> rates;
  Global<float> out;
  float longest;
};

__global__ void __launch_bounds__(square_threads) clip_kernel(const ClipArguments a) {
  const double squares = a.squares.total();
  if (threadIdx.x != 0) return;
  Rates rates = fields_at<Rates>(a.rates);
  const double length = static_cast<double>(rates.gradient_scale) * rates.share * sqrt(squares);
  const double share = a.longest / (length + ops::ClipGradients::epsilon);
  rates.gradient_scale *= static_cast<float>(share < 1 ? share : 1.);
  put_fields(a.out, rates);
}

struct ClipGradients : CudaKernelDefaults {
  using Op = ops::ClipGradients;
  static constexpr const char* name = "clip_gradients";

  static bool accepts(const Op& op, const Tensor* in, const Tensor* outs) {
    return accepts_operands(op, in, outs);
  }
  static double microseconds(const Op& op, const Tensor&, const Device&) {
    return 4. * static_cast<double>(op.sums.size() + 1);
  }
  static std::int64_t workspace_bytes(const Op& op, const Tensor&, const Device&) {
    return squares_bytes(op.sums.size());
  }
  static Status prepare(const Op&, const Call&, Prepared&) { return 0; }
  static Status launch(const Op& op, const Call& call, const Prepared&) {
    SquareParts squares{};
    const Status status = launch_squares(op.sums, call, squares);
    if (status != 0) return status;
    const ClipArguments a{squares, static_cast<const float*>(call.in[op.sums.size()].data),
                          static_cast<float*>(call.out().data), op.longest};
    return cuda::launch(clip_kernel, behind_squares(), call.stream, a);
  }
};

}  // namespace

const CudaKernel clip_gradients = cuda_kernel<ClipGradients>();

}  // namespace nightjar::cuda
