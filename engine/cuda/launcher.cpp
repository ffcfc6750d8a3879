#include "engine/cuda/launcher.h"

#include <algorithm>
#include <utility>

#include "engine/cuda/errors.h"
#include "kernels/cuda/limit.h"

namespace nightjar::cuda {

Result<std::unique_ptr<Launcher>> Launcher::create(const Graph& graph, CudaPlan plan, const Gpu& gpu) {
  std::unique_ptr<Launcher> made(new Launcher(graph, std::move(plan), gpu));
  if (auto done = check(make_stream(made->stream_), gpu, "opening a stream"); !done) return done.error();
  const std::int64_t arena = std::max<std::int64_t>(made->plan_.bytes(Region::arena), 1);
  if (auto done = check(allocate(arena, made->arena_), gpu, "making room for activations"); !done)
    return done.error();
  if (auto done = made->allocate_zeroed(made->plan_.bytes(Region::kept), made->kept_); !done)
    return done.error();
  const std::pair<std::int64_t, DeviceMemory*> rare[] = {{made->plan_.bytes(Region::once), &made->once_},
                                                         {made->plan_.workspace_bytes, &made->workspace_}};
  for (const auto& [bytes, memory] : rare) {
    if (bytes == 0) continue;
    if (auto done = made->allocate_zeroed(bytes, *memory); !done) return done.error();
  }
  return made;
}

Result<void> Launcher::allocate_zeroed(std::int64_t bytes, DeviceMemory& memory) const {
  if (auto done = check(allocate(bytes, memory), gpu_, "making room for activations"); !done) return done;
  return check(fill(memory.get(), 0, bytes, stream()), gpu_, "clearing memory");
}

Result<PreparedStep> Launcher::prepare(const Step& step, const CudaKernel& kernel, const void* packed,
                                       int sequence_step) const {
  const Node& node = graph_.nodes[static_cast<std::size_t>(step.node)];
  PreparedStep made{&node, &kernel, operands_of(graph_, plan_, step.node, sequence_step, regions()), {}, {}};
  made.call = {
      {made.operands.in.data(), static_cast<int>(made.operands.in.size()), made.operands.out.data(), packed},
      workspace_.get(),
      gpu_.device,
      stream(),
      plan_.precision};
  made.by_kernel.resize(kernel.prepared_bytes);
  const Status status = kernel.prepare(node.op, made.call, made.by_kernel.data());
  if (auto done = check(status, gpu_, "preparing " + std::string(kernel.name)); !done) return done.error();
  return made;
}

Result<void> Launcher::launch(const PreparedStep& step) const {
  const Status status = step.kernel->launch(step.node->op, step.call, step.by_kernel.data());
  if (status == 0) return {};
  return check(
      status, gpu_,
      "starting " + std::string(step.kernel->name) + " for layer " + std::to_string(step.node->layer));
}

Result<void> Launcher::wait() const {
  return check(cuda::wait(stream()), gpu_, "running the network");
}

Result<void> Launcher::clear_states() const {
  for (int i = 0; i < static_cast<int>(graph_.values.size()); ++i) {
    const GraphValue& value = graph_.values[static_cast<std::size_t>(i)];
    if (value.kind != Kind::state || !value.per_image) continue;
    const Storage& s = plan_.storage_of(i);
    const std::int64_t batch = plan_.batch;
    const Status status = fill(kept_.get() + s.offset * batch, 0, s.image_bytes() * batch, stream());
    if (auto done = check(status, gpu_, "clearing states"); !done) return done;
  }
  return {};
}

Result<Recording> Launcher::record(const std::function<Result<void>()>& enqueue) const {
  Recording recording;
  if (auto done = check(begin_recording(stream()), gpu_, "recording the network"); !done) return done.error();
  const auto enqueued = enqueue();
  const Status status =
      end_recording(stream(), recording);  // in any case: the stream must get out of that state
  if (!enqueued) return enqueued.error();
  if (auto done = check(status, gpu_, "recording the network"); !done) return done.error();
  return recording;
}

Result<double> Launcher::time(std::span<const PreparedStep> steps) const {
  constexpr int launches = 10, rounds = 4;  // the first of these uploads the recording
  // Once outside it, as for all that is recorded.
  if (auto done = launch(steps.front()); !done) return done.error();
  if (auto done = wait(); !done) return done.error();
  const auto recording = record([&]() -> Result<void> {
    for (std::size_t i = 0; i < launches; ++i) {
      if (auto done = launch(steps[i % steps.size()]); !done) return done;
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

double Launcher::limit(const PreparedStep& step) const {
  if (gpu_.clock_ghz <= 0 || gpu_.bytes_per_microsecond <= 0) return 0;  // a driver may keep them to itself
  const Peak peak{gpu_.device, gpu_.clock_ghz, gpu_.bytes_per_microsecond};
  return limit_microseconds(step.node->op, plan_.batch, step.operands.out[0].type, peak, plan_.precision);
}

}  // namespace nightjar::cuda
