// Runs a plan on a CPU: the memory of one batch, and the loop over its steps.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/backend.h"
#include "engine/cpu/run_kernel.h"
#include "engine/plan/plan.h"
#include "engine/plan/variables.h"

namespace nightjar::cpu {

class CpuExecutor : public Executor {
 public:
  // The graph, the plan and the packed weights must outlive it. `parameters`: null where all are fixed.
  // Errors: too_large where the memory is not to be had; of reading parameters that may change.
  static Result<std::unique_ptr<CpuExecutor>> create(const Graph& graph, const Plan& plan,
                                                     const std::byte* packed,
                                                     const ParameterSource* parameters, int batch,
                                                     int threads);

  int batch() const override { return batch_; }
  Result<void> fit(std::span<const PictureView> pictures, Fit fit) override;
  Result<void> write(int value, int image, std::span<const float> values) override;
  Result<void> run(int images, const After& after) override;
  Result<void> update() override;
  Result<std::vector<Boxes>> decode(int images, const DecodeOptions& options) override;
  Result<void> read(int value, std::vector<float>& values, int image) override;
  Result<void> reset() override;
  Result<void> write_parameter(int index, std::span<const float> values) override;
  void use_threads(int threads) override { pool_.limit(threads); }
  Result<std::vector<StepTime>> profile() override;

 private:
  // A step with what does not change from run to run.
  struct Prepared {
    const Step* step;
    const CpuKernel* kernel;
    const Op* op;
    std::vector<Tensor> in, out;
    std::vector<std::byte> by_kernel;  // what its prepare() found out
    Call call;
    Work work;
  };

  CpuExecutor(const Graph& graph, const Plan& plan, const std::byte* packed, int batch, int threads)
      : graph_(graph), plan_(plan), packed_(packed), batch_(batch), pool_(threads) {}
  bool allocate();
  Result<void> create_variables(const ParameterSource* parameters);
  // `number`: the step of the sequences that a node which walks is to take.
  void prepare(const Step& step, int images, int number, Prepared& prepared) const;
  void prepare_all(int images);
  void clear_halos(const Step& step, int images) const;
  Result<void> repack();
  void run_step(const Prepared& step);
  void run_steps(std::span<Prepared> steps, int images);
  Result<void> run_phase(Phase phase, int images, const After& after);
  Tensor tensor(int value, int images) const;

  const Graph& graph_;
  const Plan& plan_;
  const std::byte* packed_;
  int batch_;
  ThreadPool pool_;
  HostMemory arena_, kept_, repacked_, scratch_;
  std::optional<Variables> variables_;
  RegionStarts regions_{};
  std::int64_t thread_bytes_ = 0;  // of each thread's scratch; what all share comes behind
  std::vector<Prepared> steps_;
  int prepared_images_ = 0;
};

}  // namespace nightjar::cpu
