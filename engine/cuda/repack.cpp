#include "engine/cuda/repack.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "engine/cuda/errors.h"
#include "kernels/cuda/pack/gather.h"

namespace nightjar::cuda {
namespace {

// The floats that steps pack of parameters whose values are `value(place)`, place counted from the start of
// their memory.
class Trial {
 public:
  template <class F>
  static Result<Trial> create(const Graph& graph, const CudaPlan& plan, F value) {
    auto variables = Variables::blank(graph, plan);
    if (!variables) return variables.error();
    auto* floats = reinterpret_cast<float*>(variables->memory());
    for (const Parameter& parameter : graph.parameters) {
      if (plan.places[static_cast<std::size_t>(parameter.value)].storage < 0) continue;
      const std::int64_t first = first_byte(plan, parameter.value) / std::int64_t{sizeof(float)};
      for (std::int64_t i = first; i < first + parameter.count; ++i) floats[i] = value(i);
    }
    variables->compute_derived();
    return Trial(graph, std::move(*variables));
  }

  std::vector<std::uint32_t> pack(const Step& step) const {
    std::vector<std::uint32_t> packed(static_cast<std::size_t>(step.packed_bytes) / 4);
    const Op& op = graph_->nodes[static_cast<std::size_t>(step.node)].op;
    step.kernel->pack(op, {variables_.weights_of(step).data()}, packed.data());
    return packed;
  }

 private:
  Trial(const Graph& graph, Variables variables) : graph_(&graph), variables_(std::move(variables)) {}

  const Graph* graph_;
  Variables variables_;
};

// The bits of a float are the number of its place, from 1.
float numbered(std::int64_t place) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(place + 1));
}
// A number of its own for a place, that no arithmetic gives by chance.
float made_up(std::int64_t place) {
  const auto mixed = static_cast<std::uint32_t>(place + 1) * 0x9e3779b1u;
  return 1 + static_cast<float>(mixed >> 9) * 0x1p-23f;
}

// Whether places, as they were packed, say where the floats came from that were packed next.
bool explain(const std::vector<std::uint32_t>& places, const std::vector<std::uint32_t>& values,
             std::int64_t most) {
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i] > most) return false;
    const std::uint32_t expected =
        places[i] == 0 ? 0 : std::bit_cast<std::uint32_t>(made_up(std::int64_t{places[i]} - 1));
    if (values[i] != expected) return false;
  }
  return true;
}

}  // namespace

Result<Repacker> Repacker::create(const Graph& graph, const Launcher& launcher, const DeviceWeights& room,
                                  const Gpu& gpu) {
  Repacker made(launcher, gpu);
  const CudaPlan& plan = launcher.plan();
  const auto numbers = Trial::create(graph, plan, numbered), values = Trial::create(graph, plan, made_up);
  if (!numbers) return numbers.error();
  if (!values) return values.error();
  const std::int64_t most = plan.bytes(Region::once) / std::int64_t{sizeof(float)};
  for (const Step* step : packing_steps(plan, true)) {
    const std::vector<std::uint32_t> places = numbers->pack(*step);
    if (step->packed_bytes % 4 != 0 || !explain(places, values->pack(*step), most)) {
      made.needs_host_ = true;
      continue;
    }
    if (auto done = made.add(*step, places, room.of(*step)); !done) return done.error();
  }
  return made;
}

Result<void> Repacker::add(const Step& step, const std::vector<std::uint32_t>& places, const void* packed) {
  Gathered& added = gathered_.emplace_back();
  added.step = &step;
  added.packed = static_cast<float*>(const_cast<void*>(packed));
  added.count = static_cast<std::int64_t>(places.size());
  const std::int64_t bytes = added.count * 4;
  if (auto done = check(allocate(bytes, added.places), *gpu_, "making room for weights"); !done) return done;
  return check(copy_to_device(added.places.get(), places.data(), bytes, launcher_->stream()), *gpu_,
               "copying places of weights");
}

Result<void> Repacker::gather() const {
  const auto* from = reinterpret_cast<const float*>(launcher_->once());
  for (const Gathered& g : gathered_) {
    const auto* places = reinterpret_cast<const std::uint32_t*>(g.places.get());
    const Status status = cuda::gather(from, places, g.packed, g.count, launcher_->stream());
    if (auto done = check(status, *gpu_, "packing weights"); !done) return done;
  }
  return {};
}

bool Repacker::is_gathered(const Step& step) const {
  return std::ranges::any_of(gathered_, [&](const Gathered& g) { return g.step == &step; });
}

}  // namespace nightjar::cuda
