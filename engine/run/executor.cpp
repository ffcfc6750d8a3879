#include "engine/run/executor.h"

#include <algorithm>
#include <cstring>

#include "engine/run/run_kernel.h"

namespace nightjar {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

// Zeroes the cells around each plane of one image: whole rows above and below, the ends of the rows between.
void clear_halo(const Storage& s, float* image) {
  const std::size_t edge = static_cast<std::size_t>(s.halo) * static_cast<std::size_t>(s.block);
  for (int block = 0; block < s.channel_blocks; ++block) {
    float* plane = image + block * s.plane();
    std::memset(plane, 0, (static_cast<std::size_t>(s.halo * s.row()) + edge) * sizeof(float));
    // The right end of a row and the left end of the next lie side by side.
    for (int y = 1; y < s.h; ++y) {
      std::memset(plane + (s.halo + y) * s.row() - static_cast<std::ptrdiff_t>(edge), 0,
                  2 * edge * sizeof(float));
    }
    float* last = plane + (s.halo + s.h) * s.row() - static_cast<std::ptrdiff_t>(edge);
    std::memset(last, 0, (static_cast<std::size_t>(s.halo * s.row()) + edge) * sizeof(float));
  }
}

}  // namespace

Executor::Executor(const Graph& graph, const Plan& plan, const float* packed, int batch, int threads)
    : graph_(graph), plan_(plan), packed_(packed), batch_(batch), pool_(threads) {}

Result<std::unique_ptr<Executor>> Executor::create(const Graph& graph, const Plan& plan, const float* packed,
                                                   int batch, int threads) {
  std::unique_ptr<Executor> executor(new Executor(graph, plan, packed, batch, threads));
  if (!executor->allocate()) {
    return Error{Failure::too_large,
                 graph.file + ": " + std::to_string(plan.arena_elements * 4 * batch) +
                     " bytes of activations do not fit into memory; use a smaller size or batch"};
  }
  return executor;
}

bool Executor::allocate() {
  arena_ = allocate_floats(plan_.arena_elements * batch_);
  input_ = allocate_floats(plan_.storages[at(plan_.values[0].storage)].image_elements() * batch_);
  if (!arena_ || !input_) return false;
  place_tensors();
  std::int64_t shared = 0;
  for (const Step& step : plan_.steps) {
    in_.emplace_back();
    const Call call = call_of(step, in_.back(), batch_);
    const Work work = step.kernel->work(graph_.nodes[at(step.node)].op, call);
    thread_floats_ = std::max(thread_floats_, work.thread_floats);
    shared = std::max(shared, work.shared_floats);
  }
  constexpr std::int64_t line = 16;
  thread_floats_ = (thread_floats_ + line - 1) / line * line;
  scratch_ = allocate_floats(thread_floats_ * pool_.threads() + shared);
  return scratch_ != nullptr;
}

void Executor::place_tensors() {
  for (const Value& value : plan_.values) {
    const Storage& s = plan_.storages[at(value.storage)];
    Tensor t;
    t.shape = value.shape;
    t.batch = batch_;
    t.block = s.block;
    t.halo = s.halo;
    t.row = s.row();
    t.plane = s.plane();
    t.image = s.image_elements();
    float* memory = s.in_arena ? arena_.get() + s.offset * batch_ : input_.get();
    t.data = memory + value.first_block * s.plane() + s.halo * (s.row() + s.block);
    tensors_.push_back(t);
  }
}

Call Executor::call_of(const Step& step, std::vector<Tensor>& in, int images) const {
  in.clear();
  for (const int input : graph_.nodes[at(step.node)].inputs) {
    in.push_back(tensors_[at(input)]);
    in.back().batch = images;
  }
  Tensor out = tensors_[at(step.node)];
  out.batch = images;
  return {in.data(), static_cast<int>(in.size()), out, packed_ + step.packed, pool_.threads()};
}

void Executor::run(int images, const std::function<void(int)>& after) {
  auto step = plan_.steps.begin();
  for (int node = 0; node < static_cast<int>(graph_.nodes.size()); ++node) {
    if (step != plan_.steps.end() && step->node == node) run_step(*step++, images);
    if (after) after(node);
  }
}

void Executor::run_step(const Step& step, int images) {
  for (const int i : step.clear) {
    const Storage& s = plan_.storages[at(i)];
    for (int n = 0; n < images; ++n) clear_halo(s, arena_.get() + s.offset * batch_ + n * s.image_elements());
  }
  const Op& op = graph_.nodes[at(step.node)].op;
  const Call call = call_of(step, in_[at(static_cast<int>(&step - plan_.steps.data()))], images);
  const Work work = step.kernel->work(op, call);
  run_kernel(*step.kernel, op, call, work, pool_, scratch_.get(), thread_floats_);
}

}  // namespace nightjar
