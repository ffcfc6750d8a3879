// A batch on a GPU: its steps are recorded once, and a run replays them.
#include "engine/cuda/runner.h"

#include <cstring>

#include "engine/cuda/boxes.h"
#include "engine/cuda/errors.h"
#include "engine/cuda/executor.h"
#include "engine/cuda/pictures.h"
#include "engine/plan/explain.h"
#include "kernels/cuda/image/image.h"

namespace nightjar::cuda {
namespace {

Tensor first_image(Tensor t) {
  t.batch = 1;
  return t;
}

class CudaRunner : public Runner {
 public:
  CudaRunner(const Graph& graph, const Gpu& gpu, std::unique_ptr<Executor> executor,
             const DeviceWeights& weights)
      : graph_(graph), gpu_(gpu), executor_(std::move(executor)), boxes_(graph, *executor_, gpu) {
    for (const Step& step : plan().steps) packed_.push_back(weights.of(step));
  }

  // What is under way ends before its memory goes.
  ~CudaRunner() override { static_cast<void>(executor_->wait()); }

  // Runs the steps one by one first, as a recording needs it (executor.h).
  Result<void> record() {
    if (auto done = launch_steps(); !done) return done;
    if (auto done = executor_->wait(); !done) return done;
    auto recording = executor_->record([this] { return launch_steps(); });
    if (!recording) return recording.error();
    recording_ = std::move(*recording);
    return {};
  }

  int batch() const override { return plan().batch; }

  Result<void> fit(std::span<const Image> pictures, Fit fit) override {
    if (auto ready = enter(); !ready) return ready;
    return pictures_.fit(pictures, fit, executor_->value(0), gpu_, executor_->stream());
  }

  Result<void> write(std::span<const float> values) override {
    const auto bytes = static_cast<std::int64_t>(values.size_bytes());
    if (auto ready = enter_with(bytes); !ready) return ready;
    std::memcpy(planar_.host(), values.data(), values.size_bytes());
    Status status = planar_.upload(0, bytes, executor_->stream());
    const auto* on_device = reinterpret_cast<const float*>(planar_.device());
    if (status == 0) status = from_planar(on_device, first_image(executor_->value(0)), executor_->stream());
    return check(status, gpu_, "writing the input");
  }

  // The whole batch, however many of its images anybody looks at.
  Result<void> run(int, const After& after) override {
    if (auto ready = enter(); !ready) return ready;
    if (!after) return check(replay(recording_, executor_->stream()), gpu_, "starting the network");
    std::size_t step = 0;
    for (int node = 0; node < static_cast<int>(graph_.nodes.size()); ++node) {
      if (step < plan().steps.size() && plan().steps[step].node == node) {
        if (auto done = launch(step++); !done) return done;
      }
      if (auto done = after(node); !done) return done;
    }
    return {};
  }

  Result<void> wait() override {
    if (auto ready = enter(); !ready) return ready;
    return executor_->wait();
  }

  Result<std::vector<Boxes>> decode(int images, const DecodeOptions& options) override {
    if (auto ready = enter(); !ready) return ready.error();
    return boxes_.decode(images, options);
  }

  Result<void> read(int node, std::vector<float>& values) override {
    const Tensor from = first_image(executor_->value(node));
    values.resize(static_cast<std::size_t>(from.shape.size()));
    const auto bytes = static_cast<std::int64_t>(values.size() * sizeof(float));
    if (auto ready = enter_with(bytes); !ready) return ready;
    Status status = to_planar(from, reinterpret_cast<float*>(planar_.device()), executor_->stream());
    if (status == 0) status = planar_.download(0, bytes, executor_->stream());
    if (auto done = check(status, gpu_, "reading values"); !done) return done;
    if (auto done = executor_->wait(); !done) return done;
    std::memcpy(values.data(), planar_.host(), static_cast<std::size_t>(bytes));
    return {};
  }

  Result<std::vector<StepTime>> profile() override {
    if (auto ready = enter(); !ready) return ready.error();
    std::vector<StepTime> times;
    for (std::size_t i = 0; i < plan().steps.size(); ++i) {
      const Step& step = plan().steps[i];
      const auto microseconds = executor_->time(step, *step.kernel, packed_[i]);
      if (!microseconds) return microseconds.error();
      times.push_back(step_time(graph_, step.node, step.kernel->name, *microseconds * 1e-3, batch()));
      times.back().limit_milliseconds = executor_->limit(step) * 1e-3;
    }
    return times;
  }

 private:
  const Plan& plan() const { return executor_->plan(); }

  // Any thread may come.
  Result<void> enter() const { return check(use_device(gpu_.index), gpu_, "choosing the device"); }
  // With room for planar values, which nothing uses any more.
  Result<void> enter_with(std::int64_t bytes) {
    if (auto ready = enter(); !ready) return ready;
    if (auto done = executor_->wait(); !done) return done;
    return planar_.reserve(bytes, gpu_);
  }

  Result<void> launch(std::size_t step) const {
    return executor_->launch(plan().steps[step], *plan().steps[step].kernel, packed_[step]);
  }
  Result<void> launch_steps() const {
    for (std::size_t i = 0; i < plan().steps.size(); ++i) {
      if (auto done = launch(i); !done) return done;
    }
    return {};
  }

  const Graph& graph_;
  const Gpu& gpu_;
  std::unique_ptr<Executor> executor_;
  std::vector<const void*> packed_;  // one a step
  Recording recording_;
  Pictures pictures_;
  Staging planar_;
  BoxDecoder boxes_;
};

}  // namespace

Result<std::unique_ptr<Runner>> make_runner(const Graph& graph, Plan plan, const DeviceWeights& weights,
                                            const Gpu& gpu) {
  auto executor = Executor::create(graph, std::move(plan), gpu);
  if (!executor) return executor.error();
  auto runner = std::make_unique<CudaRunner>(graph, gpu, std::move(*executor), weights);
  if (auto done = runner->record(); !done) return done.error();
  return std::unique_ptr<Runner>(std::move(runner));
}

}  // namespace nightjar::cuda
