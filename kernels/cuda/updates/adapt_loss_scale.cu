// Whether all gradients are finite numbers, and what that makes of the rates and the loss scale: the squares
// of floats are beyond a double only where they are not.
#include "kernels/ops/updates/adapt_loss_scale.h"

#include "kernels/cuda/manifest.h"
#include "kernels/cuda/updates/rates.cuh"
#include "kernels/cuda/updates/sum_of_squares.cuh"

namespace nightjar::cuda {
namespace {

struct AdaptArguments {
  SquareParts squares;
  Global<const float> rates, scale;
  Global<float> new_rates, new_scale;
};

__global__ void __launch_bounds__(square_threads) adapt_loss_scale_kernel(const AdaptArguments a) {
  const double squares = a.squares.total();
  if (threadIdx.x != 0) return;
  Rates rates = fields_at<Rates>(a.rates);
  LossScale scale = fields_at<LossScale>(a.scale);
  ops::AdaptLossScale::adapt(rates, scale, squares - squares == 0);
  put_fields(a.new_rates, rates);
  put_fields(a.new_scale, scale);
}

struct AdaptLossScale : CudaKernelDefaults {
  using Op = ops::AdaptLossScale;
  static constexpr const char* name = "adapt_loss_scale";

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
    const auto in = [&](std::size_t i) {
      return static_cast<const float*>(call.in[op.sums.size() + i].data);
    };
    const AdaptArguments a{squares, in(0), in(1), static_cast<float*>(call.outs[0].data),
                           static_cast<float*>(call.outs[1].data)};
    return cuda::launch(adapt_loss_scale_kernel, behind_squares(), call.stream, a);
  }
};

}  // namespace

const CudaKernel adapt_loss_scale = cuda_kernel<AdaptLossScale>();

}  // namespace nightjar::cuda
