// What changes a parameter, a thread an element. In double as the definitions are, since a rounding here is
// one that every later update starts from, and memory takes longer.
#include "kernels/cuda/manifest.h"
#include "kernels/cuda/updates/rates.cuh"
#include "kernels/ops/updates/adam_update.h"
#include "kernels/ops/updates/average_weights.h"
#include "kernels/ops/updates/sgd_update.h"

namespace nightjar::cuda {
namespace {

constexpr int threads = 256;
constexpr int max_arrays = 4;

// The arrays, as long as the parameter, in the operation's order: what is read, and what is written, which
// may be the same.
struct UpdateArguments {
  Global<const float> in[max_arrays];
  Global<float> out[max_arrays];
  Global<const float> rates;
  int count;
  float factor;
  bool decays, decoupled;
};

NIGHTJAR_DEVICE int own_element() {
  return static_cast<int>(blockIdx.x) * threads + static_cast<int>(threadIdx.x);
}
NIGHTJAR_DEVICE double element(Global<const float> array, int i) {
  const float value = array[i];
  return value;
}

__global__ void __launch_bounds__(threads) sgd_update_kernel(const UpdateArguments a) {
  const int i = own_element();
  if (i >= a.count) return;
  const Rates rates = fields_at<Rates>(a.rates);
  const double decay = a.decays ? static_cast<double>(rates.decay) / rates.share : 0.;
  const double parameter = element(a.in[0], i), before = element(a.in[2], i);
  const double velocity = static_cast<double>(rates.momentum) * before -
                          static_cast<double>(rates.gradient_scale) * element(a.in[1], i) - decay * parameter;
  const double step = static_cast<double>(a.factor) * rates.rate * rates.share * velocity;
  const bool applies = rates.applies != 0;
  a.out[0][i] = static_cast<float>(applies ? parameter + step : parameter);
  a.out[1][i] = 0.f;
  a.out[2][i] = static_cast<float>(applies ? velocity : before);
}

__global__ void __launch_bounds__(threads) adam_update_kernel(const UpdateArguments a) {
  const Rates rates = fields_at<Rates>(a.rates);
  const double momentum = rates.momentum, second_share = rates.second;
  // How much of the moments is known, the same for all.
  const Shared<double> known = shared_memory<double>(0, 2);
  if (threadIdx.x < 2) {
    known[static_cast<int>(threadIdx.x)] =
        1 - pow(threadIdx.x == 0 ? momentum : second_share, static_cast<double>(rates.update));
  }
  __syncthreads();
  const int i = own_element();
  if (i >= a.count) return;
  const double decay = a.decays ? rates.decay : 0., step = static_cast<double>(a.factor) * rates.rate;
  const double parameter = element(a.in[0], i);
  const double g = static_cast<double>(rates.share) * rates.gradient_scale * element(a.in[1], i) +
                   (a.decoupled ? 0. : decay * parameter);
  const double first_before = element(a.in[2], i), second_before = element(a.in[3], i);
  const double first = momentum * first_before + (1 - momentum) * g;
  const double second = second_share * second_before + (1 - second_share) * g * g;
  const double direction = first / known[0] / (sqrt(second / known[1]) + rates.epsilon);
  const double moved = parameter - step * (direction + (a.decoupled ? decay * parameter : 0.));
  const bool applies = rates.applies != 0;
  a.out[0][i] = static_cast<float>(applies ? moved : parameter);
  a.out[1][i] = 0.f;
  a.out[2][i] = static_cast<float>(applies ? first : first_before);
  a.out[3][i] = static_cast<float>(applies ? second : second_before);
}

__global__ void __launch_bounds__(threads) average_weights_kernel(const UpdateArguments a) {
  const int i = own_element();
  if (i >= a.count) return;
  const double share = 1 - static_cast<double>(fields_at<Rates>(a.rates).kept), average = element(a.in[1], i);
  a.out[0][i] = static_cast<float>(average + share * (element(a.in[0], i) - average));
}

// An operation O of some arrays, and the rates behind them.
template <class O>
struct Update : OneLaunch<UpdateArguments> {
  using Op = O;

  static bool accepts(const Op& op, const Tensor* in, const Tensor* outs) {
    return accepts_operands(op, in, outs);
  }
  static double microseconds(const Op& op, const Tensor&, const Device&) {
    return 2 + double(op.shape.size()) * 28 / 3e6;
  }

 protected:
  static UpdateArguments arguments(const Op& op, const Call& call, int outputs) {
    UpdateArguments a{};
    for (int i = 0; i + 1 < call.inputs; ++i) a.in[i] = static_cast<const float*>(call.in[i].data);
    for (int i = 0; i < outputs; ++i) a.out[i] = static_cast<float*>(call.outs[i].data);
    a.rates = static_cast<const float*>(call.in[call.inputs - 1].data);
    a.count = static_cast<int>(op.shape.size());
    return a;
  }
  static Launch launch_of(const UpdateArguments& a) {
    return {dim3(ceil_div(a.count, threads)), dim3(threads)};
  }
};

struct SgdUpdate : Update<ops::SgdUpdate> {
  static constexpr const char* name = "sgd_update";
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    UpdateArguments a = arguments(op, call, 3);
    a.factor = op.factor, a.decays = op.decays;
    return prepared.prepare(sgd_update_kernel, launch_of(a), a);
  }
};

struct AdamUpdate : Update<ops::AdamUpdate> {
  static constexpr const char* name = "adam_update";
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    UpdateArguments a = arguments(op, call, 4);
    a.factor = op.factor, a.decays = op.decays, a.decoupled = op.decoupled;
    Launch shape = launch_of(a);
    shape.shared_bytes = 2 * static_cast<int>(sizeof(double));
    return prepared.prepare(adam_update_kernel, shape, a);
  }
};

struct AverageWeights : Update<ops::AverageWeights> {
  static constexpr const char* name = "average_weights";
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    const UpdateArguments a = arguments(op, call, 1);
    return prepared.prepare(average_weights_kernel, launch_of(a), a);
  }
};

}  // namespace

const CudaKernel sgd_update = cuda_kernel<SgdUpdate>();
const CudaKernel adam_update = cuda_kernel<AdamUpdate>();
const CudaKernel average_weights = cuda_kernel<AverageWeights>();

}  // namespace nightjar::cuda
