#include "engine/cuda/executor.h"

#include <algorithm>

#include "engine/cuda/errors.h"
#include "kernels/cuda/limit.h"

namespace nightjar::cuda {

Result<std::unique_ptr<Executor>> Executor::create(const Graph& graph, Plan plan, const Gpu& gpu) {
  std::unique_ptr<Executor> made(new Executor(graph, std::move(plan), gpu));
  if (auto done = check(make_stream(made->stream_), gpu, "opening a stream"); !done) return done.error();
  const std::int64_t arena = std::max<std::int64_t>(made->plan_.arena_bytes(), 1);
  if (auto done = check(allocate(arena, made->arena_), gpu, "making room for activations"); !done)
    return done.error();
  if (auto done = made->allocate_zeroed(made->plan_.input_bytes(), made->input_); !done) return done.error();
  if (made->plan_.workspace_bytes > 0) {
    if (auto done = made->allocate_zeroed(made->plan_.workspace_bytes, made->workspace_); !done)
      return done.error();
  }
  return made;
}

Result<void> Executor::allocate_zeroed(std::int64_t bytes, DeviceMemory& memory) const {
  if (auto done = check(allocate(bytes, memory), gpu_, "making room for activations"); !done) return done;
  return check(fill(memory.get(), 0, bytes, stream()), gpu_, "clearing memory");
}

std::vector<Tensor> Executor::inputs_of(const Node& node) const {
  std::vector<Tensor> in;
  for (const int input : node.inputs) in.push_back(value(input));
  return in;
}

Result<void> Executor::launch(const Step& step, const CudaKernel& kernel, const void* packed) const {
  const Node& node = graph_.nodes[static_cast<std::size_t>(step.node)];
  const std::vector<Tensor> in = inputs_of(node);
  const Call call{
      in.data(), static_cast<int>(in.size()), value(step.node), packed, workspace_.get(), gpu_.device,
      stream()};
  const Status status = kernel.launch(node.op, call);
  if (status == 0) return {};
  return check(status, gpu_,
               "starting " + std::string(kernel.name) + " for layer " + std::to_string(node.layer));
}

Result<void> Executor::wait() const {
  return check(cuda::wait(stream()), gpu_, "running the network");
}

Result<Recording> Executor::record(const std::function<Result<void>()>& enqueue) const {
  if (auto done = check(begin_recording(stream()), gpu_, "recording the network"); !done) return done.error();
  const auto enqueued = enqueue();
  Recording recording;
  const Status status =
      end_recording(stream(), recording);  // in any case: the stream must get out of that state
  if (!enqueued) return enqueued.error();
  if (auto done = check(status, gpu_, "recording the network"); !done) return done.error();
  return recording;
}

Result<double> Executor::time(const Step& step, const CudaKernel& kernel, const void* packed) const {
  constexpr int launches = 10, rounds = 4;  // the first of these uploads the recording
  // Once outside it, as for all that is recorded (executor.h).
  if (auto done = launch(step, kernel, packed); !done) return done.error();
  if (auto done = wait(); !done) return done.error();
  const auto recording = record([&]() -> Result<void> {
    for (int i = 0; i < launches; ++i) {
      if (auto done = launch(step, kernel, packed); !done) return done;
    }
    return {};
  });
  if (!recording) return recording.error();
  double best = 0;
  for (int i = 0; i < rounds; ++i) {
    double milliseconds = 0;
    const Status status = time_replay(*recording, stream(), milliseconds);
    if (auto done = check(status, gpu_, "timing a step"); !done) return done.error();
    if (i == 0 || milliseconds < best) best = milliseconds;
  }
  return best * 1000 / launches;
}

double Executor::limit(const Step& step) const {
  if (gpu_.clock_ghz <= 0 || gpu_.bytes_per_microsecond <= 0) return 0;  // a driver may keep them to itself
  const Node& node = graph_.nodes[static_cast<std::size_t>(step.node)];
  const Peak peak{gpu_.device, gpu_.clock_ghz, gpu_.bytes_per_microsecond};
  return limit_microseconds(node.op, inputs_of(node), value(step.node), peak, plan_.precision);
}

}  // namespace nightjar::cuda
