#include "engine/plan/tune.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include "engine/files.h"
#include "engine/output_file.h"
#include "engine/plan/explain.h"
#include "engine/run/aligned.h"
#include "engine/run/run_kernel.h"

namespace nightjar {
namespace {

// An operation with its sizes: equal for two nodes that take the same time.
std::string operation_of(const Node& node) {
  const auto* conv = std::get_if<ops::Conv>(&node.op);
  std::string text = describe(node.op);
  for (const Shape& s : {conv ? conv->in : node.shape, node.shape}) {
    text += " " + std::to_string(s.c) + "x" + std::to_string(s.h) + "x" + std::to_string(s.w);
  }
  return text;
}

// "AMD EPYC 9B45" as a part of a file's name.
std::string cpu_name() {
  std::ifstream info("/proc/cpuinfo");
  std::string name = "cpu";
  for (std::string line; std::getline(info, line);) {
    if (line.rfind("model name", 0) != 0 || line.find(": ") == std::string::npos) continue;
    name = line.substr(line.find(": ") + 2);
    break;
  }
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '-';
  }
  return name;
}

// A tensor with memory of its own.
struct Buffer {
  Floats memory;
  Tensor view;

  Buffer(const Value& value, int halo) {
    Storage s;
    s.channel_blocks = (value.shape.c + value.block - 1) / value.block;
    s.h = value.shape.h, s.w = value.shape.w, s.block = value.block, s.halo = halo;
    memory = allocate_floats(s.image_floats());
    view = describe(value);
    view.halo = halo;
    view.row = s.row(), view.plane = s.plane(), view.image = s.image_floats();
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

// One kernel with all that it needs to run once: operands and weights of its own. Speed does not depend on their values.
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
    return packed_ && scratch_ && std::all_of(buffers_.begin(), buffers_.end(), [](const Buffer& b) { return b.view.data; });
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

}  // namespace

std::optional<double> Tuning::find(const Node& node, const Kernel& kernel) const {
  const auto found = microseconds_.find({operation_of(node), kernel.name});
  if (found == microseconds_.end()) return std::nullopt;
  return found->second;
}

void Tuning::set(const Node& node, const Kernel& kernel, double microseconds) {
  microseconds_[{operation_of(node), kernel.name}] = microseconds;
}

std::string Tuning::text() const {
  std::string text;
  for (const auto& [key, microseconds] : microseconds_) {
    char number[32];
    std::snprintf(number, sizeof number, "%.1f", microseconds);
    text += std::string(number) + "\t" + key.second + "\t" + key.first + "\n";
  }
  return text;
}

Tuning Tuning::parse(std::string_view text) {
  Tuning tuning;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::size_t first = line.find('\t'), second = line.find('\t', first + 1);
    double microseconds = 0;
    if (second == std::string_view::npos ||
        std::from_chars(line.data(), line.data() + first, microseconds).ptr != line.data() + first) {
      continue;
    }
    const std::string kernel(line.substr(first + 1, second - first - 1));
    tuning.microseconds_[{std::string(line.substr(second + 1)), kernel}] = microseconds;
  }
  return tuning;
}

void measure(const Graph& graph, const Plan& plan, ThreadPool& pool, Tuning& tuning) {
  constexpr int rounds = 5;
  Evictor evict;
  for (const Step& step : plan.steps) {
    const Node& node = graph.nodes[static_cast<std::size_t>(step.node)];
    if (step.candidates.size() < 2) continue;
    for (const Candidate& candidate : step.candidates) {
      if (tuning.find(node, *candidate.kernel)) continue;
      Trial trial(graph, plan, step, *candidate.kernel, pool);
      if (!trial) continue;
      double best = trial.microseconds();  // the first run touches the memory
      for (int i = 0; i < rounds; ++i) {
        evict(pool);
        best = std::min(best, trial.microseconds());
      }
      tuning.set(node, *candidate.kernel, best);
    }
  }
}

std::string tuning_file(const std::string& isa, int threads) {
  const char *cache = std::getenv("XDG_CACHE_HOME"), *home = std::getenv("HOME");
  if (!cache && !home) return "";
  const std::string folder = (cache ? std::string(cache) : std::string(home) + "/.cache") + "/nightjar";
  return folder + "/tuning-" + isa + "-" + std::to_string(threads) + "-threads-" + cpu_name() + ".tsv";
}

Tuning tune(const Graph& graph, const Plan& plan, ThreadPool& pool) {
  const std::string file = tuning_file(plan.isa, pool.threads());
  constexpr std::int64_t most_bytes = 16 << 20;
  Tuning tuning;
  if (auto text = read_file(file, most_bytes)) tuning = Tuning::parse(*text);
  const std::string before = tuning.text();
  measure(graph, plan, pool, tuning);
  if (tuning.text() != before && !file.empty()) {
    std::error_code ignored;
    std::filesystem::create_directories(std::filesystem::path(file).parent_path(), ignored);
    const auto written = write_file(file, tuning.text());
    static_cast<void>(written);
  }
  return tuning;
}

}  // namespace nightjar
