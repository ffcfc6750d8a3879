#include "engine/cuda/tune.h"

#include <algorithm>
#include <random>

#include "engine/cuda/errors.h"
#include "engine/cuda/launcher.h"
#include "engine/plan/walk.h"

namespace nightjar::cuda {
namespace {

// What a step finds when its turn comes in a run: pictures that the steps before have just written, and
// weights that were last read a whole run ago. Random ones: matrix units are faster on numbers that are all
// alike.
constexpr std::int64_t least_weights = std::int64_t{96} << 20;  // more than caches hold
constexpr int most_copies = 10;

// Where any of a plan's candidates can run: with a workspace for all, and weights as long as the longest, in
// copies that push each other out of the caches.
class Trials {
 public:
  static Result<Trials> create(const Graph& graph, const CudaPlan& plan, const Gpu& gpu) {
    CudaPlan roomy = plan;
    std::int64_t packed_bytes = 1;
    for (const Step& step : plan.steps) {
      const Op& op = graph.nodes[static_cast<std::size_t>(step.node)].op;
      const Tensor out = operands_of(graph, plan, step.node).out[0];
      for (const Candidate& candidate : step.candidates) {
        const CudaKernel& kernel = cuda_kernel_of(candidate.kernel);
        packed_bytes = std::max(packed_bytes, kernel.packed_bytes(op));
        roomy.workspace_bytes = std::max(roomy.workspace_bytes, kernel.workspace_bytes(op, out, plan.device));
      }
    }
    Trials made;
    auto launcher = Launcher::create(graph, std::move(roomy), gpu);
    if (!launcher) return launcher.error();
    made.launcher_ = std::move(*launcher);
    if (auto done = made.make_up_weights(std::max(packed_bytes, least_weights), gpu); !done)
      return done.error();
    if (auto done = made.make_up_values(gpu); !done) return done.error();
    return made;
  }

  Result<double> time(const Step& step, const Op& op, const CudaKernel& kernel, int first_turn) const {
    constexpr std::int64_t alignment = 1024;
    const std::int64_t bytes = (kernel.packed_bytes(op) + alignment - 1) / alignment * alignment;
    const std::int64_t copies =
        bytes == 0 ? 1 : std::clamp<std::int64_t>(weights_bytes_ / bytes, 1, most_copies);
    std::vector<PreparedStep> forms;
    for (std::int64_t i = 0; i < copies; ++i) {
      auto prepared = launcher_->prepare(
          step, kernel, weights_.get() + i * (weights_bytes_ / copies / alignment * alignment), first_turn);
      if (!prepared) return prepared.error();
      forms.push_back(std::move(*prepared));
    }
    return launcher_->time(forms);
  }

 private:
  // 16 bits that are .06 to .25 as a half, either sign, and small as the upper half of a float.
  static std::vector<std::uint16_t> made_up(std::size_t count) {
    std::mt19937 random(1);
    std::vector<std::uint16_t> values(count);
    for (std::uint16_t& value : values) value = static_cast<std::uint16_t>(0x2c00 | (random() & 0x87ff));
    return values;
  }
  Status spread(std::byte* to, std::int64_t bytes) const {
    constexpr std::int64_t piece = std::int64_t{8} << 20;
    const std::vector<std::uint16_t> values = made_up(piece / 2);
    Status status = 0;
    for (std::int64_t at = 0; at < bytes && status == 0; at += piece)
      status = copy_to_device(to + at, values.data(), std::min(piece, bytes - at), launcher_->stream());
    return status;
  }
  Result<void> make_up_weights(std::int64_t bytes, const Gpu& gpu) {
    weights_bytes_ = bytes;
    if (auto done = check(allocate(bytes, weights_), gpu, "making room for weights"); !done) return done;
    return check(spread(weights_.get(), bytes), gpu, "making weights up");
  }
  Result<void> make_up_values(const Gpu& gpu) const {
    return check(spread(launcher_->arena(), launcher_->plan().bytes(Region::arena)), gpu, "making values up");
  }

  std::int64_t weights_bytes_ = 0;
  DeviceMemory weights_;
  std::unique_ptr<Launcher> launcher_;  // ends before the weights go
};

}  // namespace

Machine machine_of(const Gpu& gpu, Precision precision, int batch) {
  return gpu.name + " " + name_of(precision) + " batch " + std::to_string(batch);
}

Result<Tuning> tune(const Graph& graph, const CudaPlan& plan, const Gpu& gpu) {
  std::optional<Trials> trials;  // made when the first is needed
  const auto measure = [&](const Step& step, const Kernel& kernel) -> Result<std::optional<double>> {
    if (!trials) {
      auto made = Trials::create(graph, plan, gpu);
      if (!made) return made.error();
      trials = std::move(*made);
    }
    const Node& node = graph.nodes[static_cast<std::size_t>(step.node)];
    const int first_turn = turns_of(graph, node.walk).front();
    const auto microseconds = trials->time(step, node.op, cuda_kernel_of(&kernel), first_turn);
    if (!microseconds) return microseconds.error();
    return std::optional(*microseconds);
  };
  return nightjar::tune(graph, plan, machine_of(gpu, plan.precision, plan.batch), measure);
}

}  // namespace nightjar::cuda
