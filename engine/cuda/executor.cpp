#include "engine/cuda/executor.h"

#include <cstring>
#include <optional>

#include "engine/cuda/boxes.h"
#include "engine/cuda/errors.h"
#include "engine/cuda/pictures.h"
#include "engine/cuda/repack.h"
#include "engine/plan/explain.h"
#include "engine/plan/variables.h"
#include "engine/plan/walk.h"
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
      if (auto done = create_variables(*parameters); !done) return done;
    }
    for (std::size_t first = 0, end = 0; first < plan().steps.size(); first = end) {
      const int end_node = end_of_walk(graph_, plan().steps[first].node);
      while (end < plan().steps.size() && plan().steps[end].node < end_node) ++end;
      if (auto done = prepare_together({&plan().steps[first], end - first}, weights); !done) return done;
    }
    return {};
  }

  // Runs the steps one by one first, as a recording needs it (launcher.h), and undoes what they did.
  Result<void> record() {
    if (auto done = repack(); !done) return done;
    for (const Phase phase : {Phase::run, Phase::update})
      if (auto done = launch_steps(phase); !done) return done;
    if (auto done = launcher_->clear_states(); !done) return done;
    if (auto done = upload_variables(); !done) return done;
    if (auto done = launcher_->wait(); !done) return done;
    if (auto done = record(recording_, [this] { return launch_steps(Phase::run); }); !done) return done;
    if (!graph_.training) return {};
    return record(update_, [this] { return launch_steps(Phase::update); });
  }

  int batch() const override { return plan().batch; }

  Result<void> fit(std::span<const PictureView> pictures, Fit fit) override {
    if (std::ranges::any_of(pictures, is_real)) return fit_on_host(pictures, fit);
    if (auto ready = enter(); !ready) return ready;
    return pictures_.fit(pictures, fit, launcher_->value(Graph::input_value), gpu_, launcher_->stream());
  }

  void take_staged(std::vector<std::unique_ptr<StagedPicture>> staged) override {
    pictures_.take_staged(std::move(staged));
  }

  Result<void> write(int value, int image, std::span<const float> values) override {
    const auto bytes = static_cast<std::int64_t>(values.size_bytes());
    if (auto ready = enter_with(bytes); !ready) return ready;
    std::memcpy(planar_.host(), values.data(), values.size_bytes());
    const Tensor input = launcher_->value(value);
    const Stream stream = launcher_->stream();
    if (!graph_.values[at(value)].per_image)
      return check(copy_to_device(input.data, planar_.host(), bytes, stream), gpu_, "writing values");
    Status status = planar_.upload(0, bytes, stream);
    const auto* on_device = reinterpret_cast<const float*>(planar_.device());
    if (status == 0) status = from_planar(on_device, one_image(input, image), stream);
    return check(status, gpu_, "writing the input");
  }

  // The whole batch, however many of its images anybody looks at.
  Result<void> run(int, const After& after) override {
    if (auto ready = enter(); !ready) return ready;
    if (auto done = repack(); !done) return done;
    if (!after) return check(replay(recording_, launcher_->stream()), gpu_, "starting the network");
    if (auto done = after(Graph::input_value); !done) return done;
    const int nodes = static_cast<int>(graph_.nodes.size());
    auto step = steps_.begin();
    for (int node = 0, end = 0; node < nodes; node = end) {
      if (graph_.nodes[at(node)].phase != Phase::run) break;  // updates come last
      end = end_of_walk(graph_, node);
      for (; step != steps_.end() && step->node - graph_.nodes.data() < end; ++step)
        if (auto done = launcher_->launch(*step); !done) return done;
      if (auto done = tell(node, end, after); !done) return done;
    }
    return {};
  }

  Result<void> update() override {
    if (auto ready = enter(); !ready) return ready;
    is_stale_ = true;
    return check(replay(update_, launcher_->stream()), gpu_, "starting an update");
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
    const Tensor from = launcher_->value(value);
    const Stream stream = launcher_->stream();
    values.resize(static_cast<std::size_t>(from.shape.size()));
    const auto bytes = static_cast<std::int64_t>(values.size() * sizeof(float));
    if (auto ready = enter_with(bytes); !ready) return ready;
    if (auto done = compute_on_demand(value); !done) return done;
    Status status = 0;
    if (graph_.values[at(value)].per_image) {
      status = to_planar(one_image(from, image), reinterpret_cast<float*>(planar_.device()), stream);
      if (status == 0) status = planar_.download(0, bytes, stream);
    } else {
      status = copy_to_host(planar_.host(), from.data, bytes, stream);
    }
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
    if (!variables_) return fixed_parameters(graph_);
    if (auto done = variables_->write(index, values); !done) return done;
    if (auto ready = enter(); !ready) return ready;
    is_stale_ = true;
    const int value = graph_.parameters[at(index)].value;
    const auto bytes = static_cast<std::int64_t>(values.size_bytes());
    const std::byte* from = variables_->memory() + first_byte(plan(), value);
    return check(copy_to_device(launcher_->value(value).data, from, bytes, launcher_->stream()), gpu_,
                 "writing parameters");
  }

  Result<std::vector<StepTime>> profile() override {
    if (auto ready = enter(); !ready) return ready.error();
    if (auto done = repack(); !done) return done.error();
    std::vector<StepTime> times;
    for (const Step& step : plan().steps) {
      const std::vector<const PreparedStep*> turns = turns_of_step(step);
      if (turns.empty()) continue;
      const auto microseconds = launcher_->time({turns.front(), 1});
      if (!microseconds) return microseconds.error();
      const double milliseconds = static_cast<double>(turns.size()) * 1e-3;
      times.push_back(step_time(graph_, step, *microseconds * milliseconds, batch()));
      times.back().limit_milliseconds = launcher_->limit(*turns.front()) * milliseconds;
    }
    is_stale_ = variables_.has_value();
    return times;
  }

 private:
  const CudaPlan& plan() const { return launcher_->plan(); }

  static bool is_real(const PictureView& picture) { return picture.element == PictureView::Element::real; }

  // The device fits pictures of bytes alone.
  Result<void> fit_on_host(std::span<const PictureView> pictures, Fit fit) {
    std::vector<float> planar(static_cast<std::size_t>(graph_.input.size()));
    for (int n = 0; n < static_cast<int>(pictures.size()); ++n) {
      fit_image(pictures[at(n)], fit, planar_tensor(planar.data(), graph_.input), 0);
      if (auto done = write(Graph::input_value, n, planar); !done) return done;
    }
    return {};
  }

  // Any thread may come.
  Result<void> enter() const { return check(use_device(gpu_.index), gpu_, "choosing the device"); }
  // With room for planar values, which nothing uses any more.
  Result<void> enter_with(std::int64_t bytes) {
    if (auto ready = enter(); !ready) return ready;
    if (auto done = launcher_->wait(); !done) return done;
    return planar_.reserve(bytes, gpu_);
  }

  // Steps whose nodes walk together, turn by turn.
  Result<void> prepare_together(std::span<const Step> steps, const DeviceWeights& weights) {
    for (const int turn : turns_of(graph_, graph_.nodes[at(steps.front().node)].walk)) {
      for (const Step& step : steps) {
        const Node& node = graph_.nodes[at(step.node)];
        if (rests_at(graph_, node, turn)) continue;
        const void* packed = step.repacked ? repacked_.of(step) : weights.of(step);
        auto prepared = launcher_->prepare(step, cuda_kernel_of(step.kernel), packed, turn);
        if (!prepared) return prepared.error();
        steps_.push_back(std::move(*prepared));
        on_demand_.push_back(boxes_.reads_past(node.outputs[0]));
      }
    }
    return {};
  }
  // What is launched for a step of the plan in each run, a turn each; nothing where that is on demand.
  std::vector<const PreparedStep*> turns_of_step(const Step& step) const {
    std::vector<const PreparedStep*> turns;
    for (std::size_t i = 0; i < steps_.size(); ++i)
      if (!on_demand_[i] && steps_[i].node == &graph_.nodes[at(step.node)]) turns.push_back(&steps_[i]);
    return turns;
  }
  // Of what nodes [first, end) wrote.
  Result<void> tell(int first, int end, const After& after) const {
    for (int node = first; node < end; ++node) {
      for (const int value : graph_.nodes[at(node)].outputs) {
        if (!graph_.values[at(value)].per_image) continue;
        if (auto done = after(value); !done) return done;
      }
    }
    return {};
  }

  Result<void> create_variables(const ParameterSource& parameters) {
    auto variables = Variables::create(graph_, plan(), parameters);
    if (!variables) return variables.error();
    variables_ = std::move(*variables);
    if (auto done = upload_variables(); !done) return done;
    if (auto done = repacked_.make_room(graph_, packing_steps(plan(), true), gpu_); !done) return done;
    auto repacker = Repacker::create(graph_, *launcher_, repacked_, gpu_);
    if (!repacker) return repacker.error();
    repacker_ = std::move(*repacker);
    is_stale_ = true;
    return {};
  }

  // What the host has of all that there is once.
  Result<void> upload_variables() const {
    if (!variables_) return {};
    const std::int64_t bytes = plan().bytes(Region::once);
    return check(copy_to_device(launcher_->once(), variables_->memory(), bytes, launcher_->stream()), gpu_,
                 "copying parameters");
  }

  // Weights that were changed, once the run before has read the old ones.
  Result<void> repack() {
    if (!is_stale_) return {};
    if (auto done = repacker_->gather(); !done) return done;
    if (repacker_->needs_host()) {
      if (auto done = repack_by_host(); !done) return done;
    }
    is_stale_ = false;
    return {};
  }
  Result<void> repack_by_host() {
    const std::int64_t bytes = plan().bytes(Region::once);
    const Status status = copy_to_host(variables_->memory(), launcher_->once(), bytes, launcher_->stream());
    if (auto done = check(status, gpu_, "copying parameters"); !done) return done;
    if (auto done = launcher_->wait(); !done) return done;
    variables_->have_changed();
    ThreadPool caller(1);  // has the device
    return variables_->refresh(caller, [this](const Step& step, Weights weights) -> Result<void> {
      if (repacker_->is_gathered(step)) return {};
      return repacked_.pack(graph_.nodes[at(step.node)].op, step, weights, gpu_);
    });
  }

  Result<void> record(Recording& recording, const std::function<Result<void>()>& enqueue) const {
    auto made = launcher_->record(enqueue);
    if (!made) return made.error();
    recording = std::move(*made);
    return {};
  }

  Result<void> launch_steps(Phase phase) const {
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      if (on_demand_[i] || steps_[i].node->phase != phase) continue;
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
  // As the host wrote them last; on the device they may have gone on since.
  std::optional<Variables> variables_;
  DeviceWeights repacked_;  // of the steps whose weights may change
  std::optional<Repacker> repacker_;
  bool is_stale_ = false;            // what is packed of them
  std::vector<PreparedStep> steps_;  // in the order that they are launched in
  // Steps of heads whose boxes come from the raw values: for who asks for theirs.
  std::vector<bool> on_demand_;
  Recording recording_, update_;
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
