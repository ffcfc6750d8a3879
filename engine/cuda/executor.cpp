#include "engine/cuda/executor.h"

#include <cstring>
#include <optional>

#include "engine/cuda/boxes.h"
#include "engine/cuda/errors.h"
#include "engine/cuda/pictures.h"
#include "engine/plan/explain.h"
#include "engine/plan/variables.h"
#include "kernels/cuda/image/image.h"

namespace nightjar::cuda {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

Tensor one_image(Tensor t, int n) {
  t.batch = 1;
  t.data = static_cast<std::byte*>(t.data) + n * t.image * bytes_of(t.type);
  return t;
}

class CudaExecutor : public Executor {
 public:
  CudaExecutor(const Graph& graph, const Gpu& gpu, std::unique_ptr<Launcher> launcher)
      : graph_(graph), gpu_(gpu), launcher_(std::move(launcher)), boxes_(graph, *launcher_, gpu) {}

  // What is under way ends before its memory goes.
  ~CudaExecutor() override { static_cast<void>(launcher_->wait()); }

  // With the steps' weights: the model's, or where they may change its own.
  Result<void> prepare(const DeviceWeights& weights, const ParameterSource* parameters) {
    if (parameters) {
      auto variables = Variables::create(graph_, plan(), *parameters);
      if (!variables) return variables.error();
      variables_ = std::move(*variables);
      if (auto done = repacked_.make_room(graph_, packing_steps(plan(), true), gpu_); !done) return done;
    }
    for (const Step& step : plan().steps) {
      const void* packed = step.repacked ? repacked_.of(step) : weights.of(step);
      auto prepared = launcher_->prepare(step, cuda_kernel_of(step.kernel), packed);
      if (!prepared) return prepared.error();
      steps_.push_back(std::move(*prepared));
      on_demand_.push_back(boxes_.reads_past(graph_.nodes[at(step.node)].outputs[0]));
    }
    return repack();
  }

  // Runs the steps one by one first, as a recording needs it (launcher.h).
  Result<void> record() {
    if (auto done = launch_steps(); !done) return done;
    if (auto done = launcher_->clear_states(); !done) return done;
    if (auto done = launcher_->wait(); !done) return done;
    auto recording = launcher_->record([this] { return launch_steps(); });
    if (!recording) return recording.error();
    recording_ = std::move(*recording);
    return {};
  }

  int batch() const override { return plan().batch; }

  Result<void> fit(std::span<const Image> pictures, Fit fit) override {
    if (auto ready = enter(); !ready) return ready;
    return pictures_.fit(pictures, fit, launcher_->value(Graph::input_value), gpu_, launcher_->stream());
  }

  Result<void> write(int value, int image, std::span<const float> values) override {
    const auto bytes = static_cast<std::int64_t>(values.size_bytes());
    if (auto ready = enter_with(bytes); !ready) return ready;
    std::memcpy(planar_.host(), values.data(), values.size_bytes());
    Status status = planar_.upload(0, bytes, launcher_->stream());
    const auto* on_device = reinterpret_cast<const float*>(planar_.device());
    const Tensor input = one_image(launcher_->value(value), image);
    if (status == 0) status = from_planar(on_device, input, launcher_->stream());
    return check(status, gpu_, "writing the input");
  }

  // The whole batch, however many of its images anybody looks at.
  Result<void> run(int, const After& after) override {
    if (auto ready = enter(); !ready) return ready;
    if (auto done = repack(); !done) return done;
    if (!after) return check(replay(recording_, launcher_->stream()), gpu_, "starting the network");
    if (auto done = after(Graph::input_value); !done) return done;
    auto step = steps_.begin();
    for (const Node& node : graph_.nodes) {
      if (step != steps_.end() && step->node == &node) {
        if (auto done = launcher_->launch(*step++); !done) return done;
      }
      for (const int value : node.outputs) {
        if (!graph_.values[at(value)].per_image) continue;
        if (auto done = after(value); !done) return done;
      }
    }
    return {};
  }

  Result<void> update() override {
    return Error{Failure::usage, graph_.file + ": networks learn on the CPU only so far; use --device cpu"};
  }

  Result<void> wait() override {
    if (auto ready = enter(); !ready) return ready;
    return launcher_->wait();
  }

  Result<std::vector<Boxes>> decode(int images, const DecodeOptions& options) override {
    if (auto ready = enter(); !ready) return ready.error();
    return boxes_.decode(images, options);
  }

  Result<void> read(int value, std::vector<float>& values, int image) override {
    const Tensor from = one_image(launcher_->value(value), image);
    values.resize(static_cast<std::size_t>(from.shape.size()));
    const auto bytes = static_cast<std::int64_t>(values.size() * sizeof(float));
    if (auto ready = enter_with(bytes); !ready) return ready;
    if (auto done = compute_on_demand(value); !done) return done;
    Status status = to_planar(from, reinterpret_cast<float*>(planar_.device()), launcher_->stream());
    if (status == 0) status = planar_.download(0, bytes, launcher_->stream());
    if (auto done = check(status, gpu_, "reading values"); !done) return done;
    if (auto done = launcher_->wait(); !done) return done;
    std::memcpy(values.data(), planar_.host(), static_cast<std::size_t>(bytes));
    return {};
  }

  Result<void> reset() override {
    if (auto ready = enter(); !ready) return ready;
    return launcher_->clear_states();
  }

  Result<void> write_parameter(int index, std::span<const float> values) override {
    return variables_ ? variables_->write(index, values) : fixed_parameters(graph_);
  }

  Result<std::vector<StepTime>> profile() override {
    if (auto ready = enter(); !ready) return ready.error();
    std::vector<StepTime> times;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      if (on_demand_[i]) continue;
      const auto microseconds = launcher_->time({&steps_[i], 1});
      if (!microseconds) return microseconds.error();
      times.push_back(step_time(graph_, plan().steps[i], *microseconds * 1e-3, batch()));
      times.back().limit_milliseconds = launcher_->limit(steps_[i]) * 1e-3;
    }
    return times;
  }

 private:
  const CudaPlan& plan() const { return launcher_->plan(); }

  // Any thread may come.
  Result<void> enter() const { return check(use_device(gpu_.index), gpu_, "choosing the device"); }
  // With room for planar values, which nothing uses any more.
  Result<void> enter_with(std::int64_t bytes) {
    if (auto ready = enter(); !ready) return ready;
    if (auto done = launcher_->wait(); !done) return done;
    return planar_.reserve(bytes, gpu_);
  }

  // Weights that were changed, once the run before has read the old ones.
  Result<void> repack() {
    if (!variables_) return {};
    if (auto done = launcher_->wait(); !done) return done;
    ThreadPool caller(1);  // has the device
    return variables_->refresh(caller, [this](const Step& step, Weights weights) {
      return repacked_.pack(graph_.nodes[at(step.node)].op, step, weights, gpu_);
    });
  }

  Result<void> launch_steps() const {
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      if (on_demand_[i]) continue;
      if (auto done = launcher_->launch(steps_[i]); !done) return done;
    }
    return {};
  }

  // A value that the run left out.
  Result<void> compute_on_demand(int value) const {
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      if (on_demand_[i] && steps_[i].node->outputs[0] == value) return launcher_->launch(steps_[i]);
    }
    return {};
  }

  const Graph& graph_;
  const Gpu& gpu_;
  std::unique_ptr<Launcher> launcher_;
  std::optional<Variables> variables_;
  DeviceWeights repacked_;  // of the steps whose weights may change
  std::vector<PreparedStep> steps_;
  // Steps of heads whose boxes come from the raw values: for who asks for theirs.
  std::vector<bool> on_demand_;
  Recording recording_;
  Pictures pictures_;
  Staging planar_;
  BoxDecoder boxes_;
};

}  // namespace

Result<std::unique_ptr<Executor>> make_executor(const Graph& graph, CudaPlan plan,
                                                const DeviceWeights& weights,
                                                const ParameterSource* parameters, const Gpu& gpu) {
  auto launcher = Launcher::create(graph, std::move(plan), gpu);
  if (!launcher) return launcher.error();
  auto executor = std::make_unique<CudaExecutor>(graph, gpu, std::move(*launcher));
  if (auto done = executor->prepare(weights, parameters); !done) return done.error();
  if (auto done = executor->record(); !done) return done.error();
  return std::unique_ptr<Executor>(std::move(executor));
}

}  // namespace nightjar::cuda
