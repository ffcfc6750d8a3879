#include "engine/cuda/weights.h"

#include "engine/cuda/errors.h"
#include "engine/plan/prepare.h"
#include "engine/run/thread_pool.h"

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

Result<void> DeviceWeights::add(const Graph& graph, const Plan& plan, const ParameterSource& source,
                                int threads, const Gpu& gpu) {
  std::map<Key, DeviceMemory> added;
  std::int64_t added_bytes = 0;
  std::vector<int> nodes;
  std::vector<const CudaKernel*> kernel_of(graph.nodes.size());
  for (const Step& step : plan.steps) {
    const std::int64_t bytes = step.kernel->packed_bytes(graph.nodes[static_cast<std::size_t>(step.node)].op);
    if (bytes == 0 || packed_.contains({step.node, step.kernel})) continue;
    DeviceMemory& memory = added[{step.node, step.kernel}];
    if (auto done = check(allocate(bytes, memory), gpu, "making room for weights"); !done) return done;
    added_bytes += bytes;
    nodes.push_back(step.node);
    kernel_of[static_cast<std::size_t>(step.node)] = step.kernel;
  }
  if (nodes.empty()) return {};
  const auto pack = [&](int node, const float* const* arrays) -> Result<void> {
    const CudaKernel& kernel = *kernel_of[static_cast<std::size_t>(node)];
    const Op& op = graph.nodes[static_cast<std::size_t>(node)].op;
    std::vector<std::byte> host(static_cast<std::size_t>(kernel.packed_bytes(op)));
    kernel.pack(op, arrays, host.data());
    return upload(host, added.at({node, &kernel}).get(), gpu);
  };
  ThreadPool pool(threads);
  if (auto done = read_parameters(graph, nodes, source, pool, pack); !done) return done;
  packed_.merge(added);
  bytes_ += added_bytes;
  return {};
}

const void* DeviceWeights::of(const Step& step) const {
  const auto found = packed_.find({step.node, step.kernel});
  return found == packed_.end() ? nullptr : found->second.get();
}

}  // namespace nightjar::cuda
