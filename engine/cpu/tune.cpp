#include "engine/cpu/tune.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <vector>

#include "engine/cpu/plan.h"
#include "engine/cpu/run_kernel.h"

namespace nightjar::cpu {
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

// Throws everything out of the caches, as the layers between two runs of one do.
class Evictor {
 public:
  void operator()(ThreadPool& pool) {
    constexpr int pieces = 64, piece = 1 << 20;  // 64 MiB
    if (!memory_) memory_ = allocate_host(std::int64_t{pieces} * piece);
    if (!memory_) return;
    pool.run(pieces, [&](int begin, int end, int) {
      for (int i = begin * piece; i < end * piece; ++i) memory_[static_cast<std::size_t>(i)] ^= std::byte{1};
    });
  }

 private:
  HostMemory memory_;
};

// One kernel with all that it needs to run once: operands and weights of its own. Speed does not depend on
// their values.
class Trial {
 public:
  Trial(const Graph& graph, const Plan& plan, const Step& step, const CpuKernel& kernel, ThreadPool& pool)
      : kernel_(kernel), op_(graph.nodes[static_cast<std::size_t>(step.node)].op), pool_(pool) {
    const Node& node = graph.nodes[static_cast<std::size_t>(step.node)];
    for (const int value : inputs_of(node, Role::data))
      in_.push_back(own(tensor_of(graph, plan, value, 1), in_.empty() ? kernel.halo(op_) : 0));
    for (const int value : node.outputs) out_.push_back(own(tensor_of(graph, plan, value, 1), 0));
    std::byte* const packed = take(kernel.packed_bytes(op_));
    if (!packed) return;
    // Memory that was never written is one page of zeros to the CPU, always in its cache.
    std::fill_n(reinterpret_cast<float*>(packed), kernel.packed_bytes(op_) / std::int64_t{sizeof(float)},
                .01f);
    call_ = {{in_.data(), static_cast<int>(in_.size()), out_.data(), packed}, pool.threads()};
    prepared_.resize(kernel.prepared_bytes);
    work_ = kernel.prepare(op_, call_, prepared_.data());
    scratch_ = take(scratch_bytes(work_, pool.threads()));
  }

  // False where there is not enough memory for it.
  explicit operator bool() const { return scratch_ && complete_; }

  double microseconds() {
    const auto start = std::chrono::steady_clock::now();
    run_kernel(kernel_, op_, call_, prepared_.data(), work_, pool_, scratch_,
               whole_lines(work_.thread_bytes));
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
  }

 private:
  std::byte* take(std::int64_t bytes) {
    memory_.push_back(allocate_host(bytes));
    complete_ = complete_ && memory_.back();
    return memory_.back().get();
  }

  // The same value in memory of its own.
  Tensor own(Tensor t, int halo) {
    Storage s;
    s.channel_blocks = t.blocks();
    s.h = t.shape.h, s.w = t.shape.w, s.block = t.block, s.halo = halo, s.type = t.type;
    t.halo = halo;
    t.pixel = s.pixel(), t.row = s.row(), t.plane = s.plane(), t.image = s.image();
    std::byte* const memory = take(s.image_bytes());
    t.data = memory ? memory + halo * (s.row() + s.pixel()) * bytes_of(s.type) : nullptr;
    return t;
  }

  const CpuKernel& kernel_;
  const Op& op_;
  ThreadPool& pool_;
  std::vector<HostMemory> memory_;
  bool complete_ = true;
  std::vector<Tensor> in_, out_;
  std::vector<std::byte> prepared_;
  std::byte* scratch_ = nullptr;
  Call call_{};
  Work work_;
};

}  // namespace

Tuning tune(const Graph& graph, const Plan& plan, ThreadPool& pool) {
  constexpr int rounds = 5;
  Evictor evict;
  const auto measure = [&](const Step& step, const Kernel& kernel) -> Result<std::optional<double>> {
    Trial trial(graph, plan, step, cpu_kernel_of(&kernel), pool);
    if (!trial) return std::optional<double>();
    double best = trial.microseconds();  // the first run touches the memory
    for (int i = 0; i < rounds; ++i) {
      evict(pool);
      best = std::min(best, trial.microseconds());
    }
    return std::optional(best);
  };
  const Machine machine = plan.isa + " " + std::to_string(pool.threads()) + " threads " + cpu_name();
  return *nightjar::tune(graph, plan, machine, measure);  // measuring does not fail
}

}  // namespace nightjar::cpu
