#include "engine/plan/tune.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <vector>

#include "engine/nightjar.h"
#include "engine/run/aligned.h"
#include "engine/run/run_kernel.h"

namespace nightjar {
namespace {

// "AMD EPYC 9B45 26 2": the first processor's name, family and model. In a virtual machine the name may be
// "AMD EPYC" and no more, of every generation.
std::string cpu_name() {
  std::ifstream info("/proc/cpuinfo");
  std::string name, family, model;
  for (std::string line; std::getline(info, line) && !line.empty();) {
    const std::string key = line.substr(0, line.find_first_of("\t:"));
    const std::size_t value = line.find(": ");
    if (value == std::string::npos) continue;
    if (key == "model name") name = line.substr(value + 2);
    if (key == "cpu family") family = " " + line.substr(value + 2);
    if (key == "model") model = " " + line.substr(value + 2);
  }
  return (name.empty() ? "cpu" : name) + family + model;
}

// A tensor with memory of its own.
struct Buffer {
  Floats memory;
  Tensor view;

  Buffer(const Value& value, int halo) {
    Storage s;
    s.channel_blocks = (value.shape.c + value.block - 1) / value.block;
    s.h = value.shape.h, s.w = value.shape.w, s.block = value.block, s.halo = halo;
    memory = allocate_floats(s.image_elements());
    view = describe(value);
    view.halo = halo;
    view.row = s.row(), view.plane = s.plane(), view.image = s.image_elements();
    view.data = memory ? memory.get() + halo * (s.row() + s.block) : nullptr;
  }
};

// Throws everything out of the caches, as the layers between two runs of one do.
class Evictor {
 public:
  void operator()(ThreadPool& pool) {
    constexpr int pieces = 64, piece = 1 << 18;  // 64 MiB
    if (!memory_) memory_ = allocate_floats(std::int64_t{pieces} * piece);
    if (!memory_) return;
    pool.run(pieces, [&](int begin, int end, int) {
      for (int i = begin * piece; i < end * piece; ++i) memory_[i] += 1;
    });
  }

 private:
  Floats memory_;
};

// One kernel with all that it needs to run once: operands and weights of its own. Speed does not depend on
// their values.
class Trial {
 public:
  Trial(const Graph& graph, const Plan& plan, const Step& step, const Kernel& kernel, ThreadPool& pool)
      : kernel_(kernel), op_(graph.nodes[static_cast<std::size_t>(step.node)].op), pool_(pool) {
    const Node& node = graph.nodes[static_cast<std::size_t>(step.node)];
    for (const int input : node.inputs) {
      const int halo = buffers_.empty() ? kernel.halo(op_) : 0;
      views_.push_back(buffers_.emplace_back(plan.values[static_cast<std::size_t>(input)], halo).view);
    }
    const Tensor out = buffers_.emplace_back(plan.values[static_cast<std::size_t>(step.node)], 0).view;
    packed_ = allocate_floats(kernel.packed_floats(op_));
    if (!packed_) return;
    // Memory that was never written is one page of zeros to the CPU, always in its cache.
    std::fill_n(packed_.get(), kernel.packed_floats(op_), .01f);
    call_ = {views_.data(), static_cast<int>(views_.size()), out, packed_.get(), pool.threads()};
    work_ = kernel.work(op_, call_);
    scratch_ = allocate_floats(work_.thread_floats * pool.threads() + work_.shared_floats);
  }

  // False where there is not enough memory for it.
  explicit operator bool() const {
    return packed_ && scratch_ &&
           std::all_of(buffers_.begin(), buffers_.end(), [](const Buffer& b) { return b.view.data; });
  }

  double microseconds() {
    const auto start = std::chrono::steady_clock::now();
    run_kernel(kernel_, op_, call_, work_, pool_, scratch_.get(), work_.thread_floats);
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
  }

 private:
  const Kernel& kernel_;
  const Op& op_;
  ThreadPool& pool_;
  std::vector<Buffer> buffers_;
  std::vector<Tensor> views_;
  Floats packed_, scratch_;
  Call call_{};
  Work work_;
};

// Times the candidates of every step that has a choice and no time yet.
void measure(const Graph& graph, const Plan& plan, ThreadPool& pool, Tuning& tuning) {
  constexpr int rounds = 5;
  Evictor evict;
  for (const Step& step : plan.steps) {
    const Node& node = graph.nodes[static_cast<std::size_t>(step.node)];
    if (step.candidates.size() < 2) continue;
    for (const Candidate& candidate : step.candidates) {
      if (tuning.find(node, candidate.kernel->name)) continue;
      Trial trial(graph, plan, step, *candidate.kernel, pool);
      if (!trial) continue;
      double best = trial.microseconds();  // the first run touches the memory
      for (int i = 0; i < rounds; ++i) {
        evict(pool);
        best = std::min(best, trial.microseconds());
      }
      tuning.set(node, candidate.kernel->name, best);
    }
  }
}

}  // namespace

Tuning tune(const Graph& graph, const Plan& plan, ThreadPool& pool) {
  const std::string file = tuning_file(std::string(version()) + " " + plan.isa + " " +
                                       std::to_string(pool.threads()) + " threads " + cpu_name());
  Tuning tuning = load_tuning(file);
  const std::string before = tuning.text();
  measure(graph, plan, pool, tuning);
  if (tuning.text() != before) save(tuning, file);
  return tuning;
}

}  // namespace nightjar
