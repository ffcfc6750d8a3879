#include "engine/cuda/repack.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "engine/cuda/errors.h"
#include "kernels/cuda/half_bits.h"
#include "kernels/cuda/pack/gather.h"

namespace nightjar::cuda {
namespace {

// What a step packs, element by element.
struct Packing {
  std::int64_t bytes, floats;  // floats: so many elements come first, and are floats
  Precision precision;         // of the rest

  Packing(const Op& op, const Step& step) : bytes(step.packed_bytes), precision(kernel_of(step).precision) {
    floats = std::min(kernel_of(step).packed_floats(op), bytes / 4);
  }
  std::int64_t rest_bytes() const { return precision == Precision::fp16 ? 2 : 4; }
  std::int64_t count() const { return floats + (bytes - 4 * floats) / rest_bytes(); }

  float at(const std::vector<std::byte>& packed, std::int64_t i) const {
    const bool is_half = i >= floats && precision == Precision::fp16;
    const std::byte* from = packed.data() + (i < floats ? 4 * i : 4 * floats + (i - floats) * rest_bytes());
    if (is_half) return half_value(read<std::uint16_t>(from));
    return read<float>(from);
  }
  // A parameter as an element holds it.
  float rounded(float value, std::int64_t i) const {
    if (i < floats || precision == Precision::fp32) return value;
    return precision == Precision::tf32 ? tf32_value(value) : half_value(half_bits(value));
  }

 private:
  static const CudaKernel& kernel_of(const Step& step) { return cuda_kernel_of(step.kernel); }
  template <class T>
  static T read(const std::byte* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
  }
};

// Packs of parameters that are made up by their places, counted from the start of their memory.
class Trial {
 public:
  static Result<Trial> create(const Graph& graph, const CudaPlan& plan) {
    auto variables = Variables::blank(graph, plan);
    if (!variables) return variables.error();
    return Trial(graph, plan, std::move(*variables));
  }

  template <class F>
  void fill(F value) {
    auto* floats = reinterpret_cast<float*>(variables_.memory());
    for (const Parameter& parameter : graph_->parameters) {
      if (plan_->places[static_cast<std::size_t>(parameter.value)].storage < 0) continue;
      const std::int64_t first = first_byte(*plan_, parameter.value) / std::int64_t{sizeof(float)};
      for (std::int64_t i = first; i < first + parameter.count; ++i) floats[i] = value(i);
    }
    variables_.compute_derived();
  }
  std::vector<std::byte> pack(const Step& step) const {
    std::vector<std::byte> packed(static_cast<std::size_t>(step.packed_bytes));
    step.kernel->pack(op_of(step), {variables_.weights_of(step).data()}, packed.data());
    return packed;
  }
  const Op& op_of(const Step& step) const { return graph_->nodes[static_cast<std::size_t>(step.node)].op; }

 private:
  Trial(const Graph& graph, const CudaPlan& plan, Variables variables)
      : graph_(&graph), plan_(&plan), variables_(std::move(variables)) {}

  const Graph* graph_;
  const CudaPlan* plan_;
  Variables variables_;
};

// A place's number, from 1, in digits that a half holds as well as a float.
constexpr int digit_bits = 10, digits = 3;
constexpr std::int64_t most_places = (std::int64_t{1} << digit_bits * digits) - 1;
float digit_of(std::int64_t place, int digit) {
  return static_cast<float>((place + 1) >> digit_bits * digit & ((1 << digit_bits) - 1));
}
// A number of its own for a place, that no arithmetic gives by chance.
float made_up(std::int64_t place) {
  const auto mixed = static_cast<std::uint32_t>(place + 1) * 0x9e3779b1u;
  return 1 + static_cast<float>(mixed >> 9) * 0x1p-23f;
}

// Adds a digit to the numbers that elements were packed of. False where one is none: they were computed.
bool add_digit(const Packing& packing, const std::vector<std::byte>& packed, int digit,
               std::vector<std::uint32_t>& places) {
  for (std::int64_t i = 0; i < packing.count(); ++i) {
    const float found = packing.at(packed, i);
    if (!(found >= 0 && found < 1 << digit_bits) || found != static_cast<float>(static_cast<int>(found)))
      return false;
    places[static_cast<std::size_t>(i)] |= static_cast<std::uint32_t>(found) << digit_bits * digit;
  }
  return true;
}

// Whether places say where the elements came from that were packed of made-up numbers.
bool explain(const Packing& packing, const std::vector<std::byte>& packed,
             const std::vector<std::uint32_t>& places, std::int64_t most) {
  for (std::int64_t i = 0; i < packing.count(); ++i) {
    const std::int64_t place = places[static_cast<std::size_t>(i)];
    if (place > most) return false;
    const float expected = place == 0 ? 0 : packing.rounded(made_up(place - 1), i);
    if (packing.at(packed, i) != expected) return false;
  }
  return true;
}

// A step whose places are being found out.
struct Candidate {
  const Step* step;
  Packing packing;
  std::vector<std::uint32_t> places;
  bool moves = true;  // its packing does no more, as far as it is known
};

std::vector<Candidate> candidates_of(const Graph& graph, const CudaPlan& plan) {
  std::vector<Candidate> all;
  for (const Step* step : packing_steps(plan, true)) {
    const Packing packing(graph.nodes[static_cast<std::size_t>(step->node)].op, *step);
    all.push_back({step, packing, std::vector<std::uint32_t>(static_cast<std::size_t>(packing.count()))});
  }
  return all;
}

void find_places(Trial& trial, std::vector<Candidate>& candidates, std::int64_t most) {
  for (int digit = 0; digit < digits; ++digit) {
    trial.fill([&](std::int64_t place) { return digit_of(place, digit); });
    for (Candidate& c : candidates)
      c.moves = c.moves && add_digit(c.packing, trial.pack(*c.step), digit, c.places);
  }
  trial.fill(made_up);
  for (Candidate& c : candidates)
    c.moves = c.moves && explain(c.packing, trial.pack(*c.step), c.places, most);
}

}  // namespace

Result<Repacker> Repacker::create(const Graph& graph, const Launcher& launcher, const DeviceWeights& room,
                                  const Gpu& gpu) {
  Repacker made(launcher, gpu);
  const CudaPlan& plan = launcher.plan();
  auto trial = Trial::create(graph, plan);
  if (!trial) return trial.error();
  const std::int64_t most = plan.bytes(Region::once) / std::int64_t{sizeof(float)};
  std::vector<Candidate> candidates = candidates_of(graph, plan);
  find_places(*trial, candidates, most);
  for (const Candidate& c : candidates) {
    if (!c.moves || most > most_places) {
      made.needs_host_ = true;
    } else if (auto done = made.add(*c.step, c.packing.floats, c.places, room.of(*c.step)); !done) {
      return done.error();
    }
  }
  return made;
}

Result<void> Repacker::add(const Step& step, std::int64_t floats, const std::vector<std::uint32_t>& places,
                           const void* packed) {
  Gathered& added = gathered_.emplace_back();
  added.step = &step;
  added.packed = static_cast<std::byte*>(const_cast<void*>(packed));
  added.count = static_cast<std::int64_t>(places.size());
  added.floats = floats;
  added.precision = cuda_kernel_of(step.kernel).precision;
  const std::int64_t bytes = added.count * 4;
  if (auto done = check(allocate(bytes, added.places), *gpu_, "making room for weights"); !done) return done;
  return check(copy_to_device(added.places.get(), places.data(), bytes, launcher_->stream()), *gpu_,
               "copying places of weights");
}

Result<void> Repacker::gather() const {
  const auto* from = reinterpret_cast<const float*>(launcher_->once());
  for (const Gathered& g : gathered_) {
    const auto* places = reinterpret_cast<const std::uint32_t*>(g.places.get());
    const Gathering parts[] = {
        {from, places, g.packed, g.floats},
        {from, places + g.floats, g.packed + 4 * g.floats, g.count - g.floats, g.precision}};
    for (const Gathering& part : parts) {
      if (part.count == 0) continue;
      const Status status = cuda::gather(part, launcher_->stream());
      if (auto done = check(status, *gpu_, "packing weights"); !done) return done;
    }
  }
  return {};
}

bool Repacker::is_gathered(const Step& step) const {
  return std::ranges::any_of(gathered_, [&](const Gathered& g) { return g.step == &step; });
}

}  // namespace nightjar::cuda
