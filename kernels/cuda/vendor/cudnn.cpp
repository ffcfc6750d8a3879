// Convolution with cuDNN: bias, activations and residual fused into it where cuDNN generates such a kernel
// for the tensor cores; otherwise the sums alone by the engine it proposes for those, and a pass of ours.
//
// A yardstick for our own convolutions: chosen only where it is asked for. Plans are made when a network is
// planned, by accepts(), on the thread's device; launching one neither allocates nor waits, so that it can be
// recorded.
//
// There is none for tf32: on an H100 cuDNN 9.19's plans gave NaN on every case of the tests, and wrote where
// they should not.
#include <cuda_runtime_api.h>

#include <algorithm>
#include <limits>
#include <map>
#include <mutex>

#include "kernels/cuda/manifest.h"
#include "kernels/cuda/vendor/capture.h"
#include "kernels/cuda/vendor/cudnn_graph.h"
#include "kernels/cuda/vendor/finish.h"
#include "kernels/cuda/vendor/libraries.h"
#include "kernels/cuda/vendor/library_conv.h"

namespace nightjar::cuda {
namespace {

constexpr int k_multiple = 1;  // rows of k are not padded
// Engines that copy their inputs into another order need the most.
constexpr std::int64_t most_workspace = std::int64_t{256} << 20;
constexpr int most_plans = 5;  // of each heuristic, to be timed

struct Convolution {
  cudnnHandle_t handle = nullptr;
  cudnn::Graph graph;
  cudnn::Descriptor plan;
  bool fused = false;
};

// All that a plan depends on.
using Key = std::vector<std::int64_t>;
Key key_of(const ops::Conv& op, const Tensor* in, const Tensor& out, Precision precision, int device) {
  Key key{device,
          static_cast<int>(precision),
          static_cast<int>(out.type),
          out.batch,
          in[0].pixel,
          out.pixel,
          op.residual ? in[1].pixel : 0,
          static_cast<int>(op.activation),
          static_cast<int>(op.residual_activation)};
  for (const Shape& s : {op.in, op.out}) key.insert(key.end(), {s.c, s.h, s.w});
  key.insert(key.end(), {op.size, op.stride_x, op.stride_y, op.pad, op.dilation, op.groups});
  return key;
}

// What has been made of cuDNN in this process. Handles and plans stay until it ends: the driver may be gone
// before whoever would destroy them.
struct Cache {
  std::mutex mutex;
  std::map<int, cudnnHandle_t> handles;  // one a device
  std::map<Key, Convolution> convolutions;
};
Cache& cache() {
  static Cache& forever = *new Cache;
  return forever;
}

// Null where there is none. The cache is locked.
cudnnHandle_t handle_of(int device) {
  cudnnHandle_t& handle = cache().handles[device];
  if (!handle && cudnn::functions().create(&handle) != CUDNN_STATUS_SUCCESS) handle = nullptr;
  return handle;
}

cudnn::Descriptor variant_pack(const ops::Conv& op, const Call& call, bool fused) {
  const std::int64_t bias_bytes = packed_weights(op, library_tile<k_multiple>).bias_bytes;
  std::vector<std::int64_t> ids{cudnn::picture_id, cudnn::weights_id, cudnn::out_id};
  std::vector<void*> data{call.in[0].data,
                          static_cast<unsigned char*>(const_cast<void*>(call.packed)) + bias_bytes,
                          call.out().data};
  if (fused) ids.push_back(cudnn::bias_id), data.push_back(const_cast<void*>(call.packed));
  if (fused && op.residual) ids.push_back(cudnn::residual_id), data.push_back(call.in[1].data);
  void* workspace = static_cast<unsigned char*>(call.workspace) + workspace_zeros;
  cudnn::Descriptor pack(CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR);
  pack.set(CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, std::span<const std::int64_t>(ids));
  pack.set(CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, std::span<void* const>(data));
  pack.set(CUDNN_ATTR_VARIANT_PACK_WORKSPACE, workspace);
  pack.finalize();
  return pack;
}

// The cache is locked.
Status execute(const Convolution& c, const cudnn::Descriptor& plan, const ops::Conv& op, const Call& call) {
  const cudnn::Descriptor pack = variant_pack(op, call, c.fused);
  if (!pack.ok()) return cudaErrorInvalidValue;
  const cudnn::Functions& f = cudnn::functions();
  if (const cudnnStatus_t status = f.set_stream(c.handle, call.stream)) return cudnn::status_of(status);
  return cudnn::status_of(f.execute(c.handle, plan.get(), pack.get()));
}

// What a convolution works on, made up, to time its plans with.
class Trial {
 public:
  Trial(const ops::Conv& op, const Tensor* in, const Tensor& out) : op_(op), in_{in[0]}, out_(out) {
    if (op.residual) in_[1] = in[1];
    const PackedWeights p = packed_weights(op, library_tile<k_multiple>);
    for (Tensor* t : {&in_[0], &in_[1], &out_})
      if (t->batch > 0) t->data = room(t->batch * t->image * bytes_of(t->type));
    call_.in = in_, call_.inputs = op.residual ? 2 : 1, call_.outs = &out_;
    call_.packed = room(p.bytes(op.groups, bytes_of(out.type)));
    call_.workspace = room(workspace_zeros + most_workspace);
    for (cudaEvent_t* event : {&start_, &end_}) cudaEventCreate(event);
  }
  ~Trial() {
    for (void* p : memory_) cudaFree(p);
    for (const cudaEvent_t event : {start_, end_}) cudaEventDestroy(event);
  }
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;

  // The best of a few runs, in milliseconds; infinity where a plan does not run.
  float time(const Convolution& c, const cudnn::Descriptor& plan) {
    constexpr int runs = 6;
    float best = std::numeric_limits<float>::infinity();
    if (!complete_) return best;
    for (int i = 0; i < runs; ++i) {
      float milliseconds = best;
      cudaEventRecord(start_, nullptr);
      if (execute(c, plan, op_, call_) != 0) return std::numeric_limits<float>::infinity();
      cudaEventRecord(end_, nullptr);
      cudaEventSynchronize(end_);
      if (cudaEventElapsedTime(&milliseconds, start_, end_) == cudaSuccess && i > 0)
        best = std::min(best, milliseconds);
    }
    return best;
  }

 private:
  void* room(std::int64_t bytes) {
    constexpr int ordinary = 0x2c;  // .065 as halves
    void* p = nullptr;
    if (cudaMalloc(&p, static_cast<std::size_t>(bytes)) != cudaSuccess) return complete_ = false, nullptr;
    cudaMemset(p, ordinary, static_cast<std::size_t>(bytes));
    return memory_.emplace_back(p);
  }

  const ops::Conv& op_;
  Tensor in_[2], out_;
  Call call_;
  bool complete_ = true;  // there was memory for all
  std::vector<void*> memory_;
  cudaEvent_t start_ = nullptr, end_ = nullptr;
};

// The fastest of the plans, each timed; none where there is none.
cudnn::Descriptor fastest(const Convolution& c, const ops::Conv& op, const Tensor* in, const Tensor& out,
                          std::vector<cudnn::Descriptor> plans) {
  if (plans.empty()) return {};
  if (plans.size() == 1) return std::move(plans.front());
  Trial trial(op, in, out);
  std::size_t best = 0;
  float least = std::numeric_limits<float>::infinity();
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const float milliseconds = trial.time(c, plans[i]);
    if (milliseconds < least) least = milliseconds, best = i;
  }
  return std::move(plans[best]);
}

Convolution make_convolution(const ops::Conv& op, const Tensor* in, const Tensor& out, Precision precision,
                             cudnnHandle_t handle) {
  Convolution c;
  c.handle = handle;
  const bool depthwise = op.groups == op.in.c;  // tensor cores would mostly multiply padding
  if (precision != Precision::fp32 && !depthwise && cudnn::has_activations(op)) {
    c.fused = true;
    c.graph = cudnn::make_graph(op, in, out, true, handle);
    c.plan = fastest(
        c, op, in, out,
        cudnn::make_plans(c.graph.graph, cudnn::TensorCores::always, most_workspace, most_plans, handle));
    if (c.plan.ok()) return c;
  }
  c.fused = false;
  c.graph = cudnn::make_graph(op, in, out, false, handle);
  const auto tensor_cores =
      precision == Precision::fp32 ? cudnn::TensorCores::never : cudnn::TensorCores::allowed;
  c.plan = fastest(c, op, in, out,
                   cudnn::make_plans(c.graph.graph, tensor_cores, most_workspace, most_plans, handle));
  return c;
}

// The convolution with its plan, which is made if there is none yet; null where cuDNN has none. It stays
// where it is.
const Convolution* find(const ops::Conv& op, const Tensor* in, const Tensor& out, Precision precision) {
  if (!library_error(Library::cudnn).empty()) return nullptr;
  const RelaxedCapture relaxed;
  const std::lock_guard lock(cache().mutex);
  int device = 0;
  if (cudaGetDevice(&device) != cudaSuccess) return nullptr;
  cudnnHandle_t handle = handle_of(device);
  if (!handle) return nullptr;
  Key key = key_of(op, in, out, precision, device);
  auto found = cache().convolutions.find(key);
  if (found == cache().convolutions.end()) {
    Convolution made = make_convolution(op, in, out, precision, handle);
    found = cache().convolutions.emplace(std::move(key), std::move(made)).first;
  }
  return found->second.plan.ok() ? &found->second : nullptr;
}

Status execute_locked(const Convolution& c, const ops::Conv& op, const Call& call) {
  const RelaxedCapture relaxed;
  const std::lock_guard lock(cache().mutex);
  return execute(c, c.plan, op, call);
}

template <Precision precision_>
struct ConvCudnn : LibraryConv<precision_, k_multiple> {
  using Base = LibraryConv<precision_, k_multiple>;
  using Op = ops::Conv;
  static constexpr Library library = Library::cudnn;
  static constexpr const char* name = Base::one_of("conv_cudnn_fp16", "conv_cudnn_tf32", "conv_cudnn_fp32");

  // Slow the first time: makes the plan.
  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    return out.type == Base::type && accepts_all(in, op.residual ? 2 : 1, out) &&
           find(op, in, out, precision_) != nullptr;
  }
  static double microseconds(const Op& op, const Tensor& out, const Device& device) {
    constexpr double launch_us = 2;
    const double elements = double(out.batch) * double(op.in.size()) + double(out.pixels()) * op.out.c;
    return launch_us + Base::microseconds_of(op, out, elements, device);
  }
  static std::int64_t workspace_bytes(const Op&, const Tensor&, const Device&) {
    return workspace_zeros + most_workspace;
  }
  struct Prepared {
    const Convolution* convolution;
    PreparedFinish finish;  // where the plan leaves something to do
  };
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    prepared.convolution = find(op, call.in, call.out(), precision_);
    if (!prepared.convolution) return cudaErrorNotSupported;
    return prepared.convolution->fused ? 0 : prepare_finish(op, call, prepared.finish);
  }
  static Status launch(const Op& op, const Call& call, const Prepared& prepared) {
    const Status status = execute_locked(*prepared.convolution, op, call);
    return status != 0 || prepared.convolution->fused ? status
                                                      : finish_convolution(prepared.finish, call.stream);
  }
};

}  // namespace

const CudaKernel conv_cudnn_fp16 = cuda_kernel<ConvCudnn<Precision::fp16>>();
const CudaKernel conv_cudnn_fp32 = cuda_kernel<ConvCudnn<Precision::fp32>>();

}  // namespace nightjar::cuda
