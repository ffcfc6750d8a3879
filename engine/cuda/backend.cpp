// A GPU: a plan for each batch, and packed weights that all contexts share.
#include "engine/cuda/backend.h"

#include <mutex>

#include "engine/cuda/device.h"
#include "engine/cuda/errors.h"
#include "engine/cuda/executor.h"
#include "engine/cuda/shipped_times.h"
#include "engine/cuda/tune.h"
#include "engine/cuda/uploads.h"
#include "engine/format_line.h"
#include "engine/host/cores.h"
#include "engine/plan/explain.h"
#include "kernels/cuda/vendor/libraries.h"

namespace nightjar::cuda {
namespace {

class CudaBackend : public Backend {
 public:
  CudaBackend(const Gpu& gpu, const ModelOptions& options)
      : gpu_(gpu), options_(options), device_(cuda::name_of(gpu)), uploads_(gpu_) {}

  Result<void> plan(const Graph& graph) override {
    graph_ = &graph;
    auto plan = plan_for(graph.training ? graph.training->steps : 1);
    if (!plan) return plan.error();
    first_plan_ = std::move(*plan);
    return {};
  }

  Result<void> read_and_pack(std::unique_ptr<ParameterSource> parameters) override {
    parameters_ = std::move(parameters);
    parameters_->outlive_source();
    return weights_.add(*graph_, first_plan_, *parameters_, packing_threads(), gpu_);
  }

  Result<std::unique_ptr<Executor>> make_executor(int batch, int) const override {
    const std::lock_guard lock(mutex_);
    if (auto done = check(use_device(gpu_.index), gpu_, "choosing the device"); !done) return done.error();
    auto plan = batch == first_plan_.batch ? Result<CudaPlan>(first_plan_) : plan_for(batch);
    if (!plan) return plan.error();
    if (auto done = weights_.add(*graph_, *plan, *parameters_, packing_threads(), gpu_); !done)
      return done.error();
    const ParameterSource* variable = plan->bytes(Region::once) > 0 ? parameters_.get() : nullptr;
    return cuda::make_executor(*graph_, std::move(*plan), weights_, variable, gpu_);
  }

  std::unique_ptr<StagedPicture> stage(const Image& picture) const override {
    return uploads_.begin(picture);
  }

  // A GPU has one after the other; the second is for what the host does with a batch meanwhile.
  int most_side_by_side(int, int) const override { return 2; }

  std::string explain() const override {
    constexpr Unit microseconds{"us", 1};
    return nightjar::explain(*graph_, first_plan_, microseconds,
                             format(", activations %.1f MB, packed weights %.1f MB\n",
                                    double(first_plan_.bytes(Region::arena)) * 1e-6,
                                    double(first_plan_.packed_bytes + first_plan_.repacked_bytes) * 1e-6));
  }
  const std::string& device() const override { return device_; }
  const std::string& isa() const override { return first_plan_.isa; }

 private:
  int packing_threads() const { return options_.threads > 0 ? options_.threads : available_cores(); }

  Result<CudaPlan> plan_for(int batch) const {
    PlanOptions options{.device = gpu_.device,
                        .precision = options_.precision,
                        .convolutions = options_.convolutions,
                        .batch = batch};
    if (!options_.tune) return plan_by_shipped(options);
    const auto plan = make_plan(*graph_, options);
    if (!plan) return plan;
    const auto tuning = tune(*graph_, *plan, gpu_);
    if (!tuning) return tuning.error();
    options.tuning = &*tuning;
    return make_plan(*graph_, options);
  }

  Result<CudaPlan> plan_by_shipped(PlanOptions options) const {
    const auto times = find_times(shipped_times(), machine_of(gpu_, options.precision, options.batch));
    if (times) options.tuning = &*times, options.least_gain = least_gain_of_shipped;
    return make_plan(*graph_, options);
  }

  Gpu gpu_;
  ModelOptions options_;
  std::string device_;
  const Graph* graph_ = nullptr;
  std::unique_ptr<ParameterSource> parameters_;  // for the kernels of batches to come
  CudaPlan first_plan_;                          // of one image, or one sequence
  // Weights grow with the batches that are asked for; what an executor uses of them stays where it is.
  mutable std::mutex mutex_;
  mutable DeviceWeights weights_;
  mutable Uploads uploads_;
};

}  // namespace

Result<std::unique_ptr<Backend>> backend(int index, const ModelOptions& options) {
  const auto gpu = open_gpu(index);
  if (!gpu) return gpu.error();
  if (const std::string why = library_error(options.convolutions); !why.empty()) {
    return Error{Failure::device, name_of(*gpu) + ": " + why};
  }
  return std::unique_ptr<Backend>(std::make_unique<CudaBackend>(*gpu, options));
}

}  // namespace nightjar::cuda
