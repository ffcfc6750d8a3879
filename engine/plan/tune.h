// Kernels timed on this machine, in place of estimates: what --tune does once and remembers.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/plan/plan.h"
#include "engine/run/thread_pool.h"

namespace nightjar {

// Microseconds that kernels took for operations, one image, weights and activations out of the caches.
class Tuning {
 public:
  std::optional<double> find(const Node& node, const Kernel& kernel) const;
  void set(const Node& node, const Kernel& kernel, double microseconds);

  // As text, a line a time: "microseconds TAB kernel TAB operation". Lines of another form are passed over.
  std::string text() const;
  static Tuning parse(std::string_view text);

 private:
  std::map<std::pair<std::string, std::string>, double> microseconds_;  // by operation and kernel
};

// Times the candidates of every step of `plan` that has a choice and no time yet; equal operations once.
void measure(const Graph& graph, const Plan& plan, ThreadPool& pool, Tuning& tuning);

// The file that keeps the times of this CPU, instruction set and number of threads:
// $XDG_CACHE_HOME/nightjar/..., else ~/.cache/nightjar/...; empty where there is no home.
std::string tuning_file(const std::string& isa, int threads);

// The times that `plan` needs: those of the file, the others measured and the file rewritten. A file that cannot be
// read or written is no error: then they are measured again next time.
Tuning tune(const Graph& graph, const Plan& plan, ThreadPool& pool);

}  // namespace nightjar
