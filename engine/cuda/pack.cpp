#include "engine/cuda/pack.h"

#include <vector>

#include "engine/cuda/errors.h"
#include "engine/plan/pack.h"

namespace nightjar::cuda {
namespace {

// From memory that is not pinned, by whatever thread packed it.
Result<void> upload(const std::vector<std::byte>& from, std::byte* to, const Gpu& gpu) {
  constexpr auto doing = "copying weights";
  OwnedStream stream;
  if (auto done = check(use_device(gpu.index), gpu, doing); !done) return done;
  if (auto done = check(make_stream(stream), gpu, doing); !done) return done;
  const auto bytes = static_cast<std::int64_t>(from.size());
  if (auto done = check(copy_to_device(to, from.data(), bytes, stream.get()), gpu, doing); !done) return done;
  return check(wait(stream.get()), gpu, doing);
}

}  // namespace

Result<void> DeviceWeights::make_room(const Graph& graph, std::span<const Step* const> steps,
                                      const Gpu& gpu) {
  std::map<Key, DeviceMemory> added;
  for (const Step* step : steps) {
    const std::int64_t bytes =
        step->kernel->packed_bytes(graph.nodes[static_cast<std::size_t>(step->node)].op);
    if (auto done = check(allocate(bytes, added[key_of(*step)]), gpu, "making room for weights"); !done)
      return done;
  }
  packed_.merge(added);
  return {};
}

Result<void> DeviceWeights::pack(const Op& op, const Step& step, Weights weights, const Gpu& gpu) const {
  std::vector<std::byte> host(static_cast<std::size_t>(step.packed_bytes));
  step.kernel->pack(op, weights, host.data());
  return upload(host, packed_.at(key_of(step)).get(), gpu);
}

Result<void> DeviceWeights::add(const Graph& graph, const Plan& plan, const ParameterSource& source,
                                int threads, const Gpu& gpu) {
  std::vector<const Step*> steps = packing_steps(plan, false);
  std::erase_if(steps, [&](const Step* step) { return packed_.contains(key_of(*step)); });
  if (steps.empty()) return {};
  DeviceWeights added;
  if (auto done = added.make_room(graph, steps, gpu); !done) return done;
  const auto pack_and_upload = [&](const Step& step, Weights weights) {
    return added.pack(graph.nodes[static_cast<std::size_t>(step.node)].op, step, weights, gpu);
  };
  ThreadPool pool(threads);
  if (auto done = pack_weights(graph, steps, source, pool, pack_and_upload); !done) return done;
  packed_.merge(added.packed_);
  return {};
}

const void* DeviceWeights::of(const Step& step) const {
  const auto found = packed_.find(key_of(step));
  return found == packed_.end() ? nullptr : found->second.get();
}

}  // namespace nightjar::cuda
