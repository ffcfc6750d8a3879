// A GPU: a plan for each batch, and packed weights that all contexts share.
#include "engine/cuda/backend.h"

#include <mutex>

#include "engine/cuda/device.h"
#include "engine/cuda/errors.h"
#include "engine/cuda/explain.h"
#include "engine/cuda/runner.h"
#include "engine/cuda/tune.h"
#include "engine/run/thread_pool.h"
#include "kernels/cuda/libraries.h"

namespace nightjar::cuda {
namespace {

Precision precision_of(nightjar::Precision precision) {
  switch (precision) {
    case nightjar::Precision::fp32:
      return Precision::fp32;
    case nightjar::Precision::tf32:
      return Precision::tf32;
    case nightjar::Precision::fp16:
      return Precision::fp16;
  }
  return Precision::fp32;
}

const char* name_of(Precision precision) {
  constexpr const char* names[] = {"fp32", "tf32", "fp16"};
  return names[static_cast<int>(precision)];
}

Library library_of(Convolutions convolutions) {
  switch (convolutions) {
    case Convolutions::ours:
      return Library::ours;
    case Convolutions::cublas:
      return Library::cublas;
    case Convolutions::cudnn:
      return Library::cudnn;
  }
  return Library::ours;
}

class CudaBackend : public Backend {
 public:
  CudaBackend(const Gpu& gpu, const ModelOptions& options)
      : gpu_(gpu),
        options_(options),
        precision_(precision_of(options.precision)),
        device_(cuda::name_of(gpu)) {
    isa_ = "sm_" + std::to_string(gpu.device.sm) + " " + name_of(precision_);
  }

  Result<void> prepare(const Graph& graph, std::unique_ptr<ParameterSource> parameters) override {
    graph_ = &graph;
    parameters_ = std::move(parameters);
    auto plan = plan_for(1);
    if (!plan) return plan.error();
    plan_of_one_ = std::move(*plan);
    return weights_.add(graph, plan_of_one_, *parameters_, packing_threads(), gpu_);
  }

  Result<std::unique_ptr<Runner>> make_runner(int batch, int) const override {
    const std::lock_guard lock(mutex_);
    if (auto done = check(use_device(gpu_.index), gpu_, "choosing the device"); !done) return done.error();
    auto plan = batch == 1 ? Result<Plan>(plan_of_one_) : plan_for(batch);
    if (!plan) return plan.error();
    if (auto done = weights_.add(*graph_, *plan, *parameters_, packing_threads(), gpu_); !done)
      return done.error();
    return cuda::make_runner(*graph_, std::move(*plan), weights_, gpu_);
  }

  std::string explain() const override {
    const std::lock_guard lock(mutex_);
    return cuda::explain(*graph_, plan_of_one_, isa_, weights_.bytes());
  }
  const std::string& device() const override { return device_; }
  const std::string& isa() const override { return isa_; }

 private:
  int packing_threads() const { return options_.threads > 0 ? options_.threads : available_cores(); }

  Result<Plan> plan_for(int batch) const {
    PlanOptions options{gpu_.device, precision_, library_of(options_.convolutions), batch, nullptr};
    auto plan = make_plan(*graph_, options);
    if (!plan || !options_.tune) return plan;
    const auto tuning = tune(*graph_, *plan, gpu_, name_of(precision_));
    if (!tuning) return tuning.error();
    options.tuning = &*tuning;
    return make_plan(*graph_, options);
  }

  Gpu gpu_;
  ModelOptions options_;
  Precision precision_;
  std::string device_, isa_;
  const Graph* graph_ = nullptr;
  std::unique_ptr<ParameterSource> parameters_;  // for the kernels of batches to come
  Plan plan_of_one_;
  // Weights grow with the batches that are asked for; what a runner uses of them stays where it is.
  mutable std::mutex mutex_;
  mutable DeviceWeights weights_;
};

}  // namespace

Result<std::unique_ptr<Backend>> backend(int index, const ModelOptions& options) {
  const auto gpu = open_gpu(index);
  if (!gpu) return gpu.error();
  if (const std::string why = library_error(library_of(options.convolutions)); !why.empty()) {
    return Error{Failure::device, name_of(*gpu) + ": " + why};
  }
  return std::unique_ptr<Backend>(std::make_unique<CudaBackend>(*gpu, options));
}

}  // namespace nightjar::cuda
