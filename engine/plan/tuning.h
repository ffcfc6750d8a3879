// Times of kernels measured on this machine, in place of estimates: what --tune takes once and remembers.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/plan/plan.h"
#include "parsers/result.h"

namespace nightjar {

// Microseconds that kernels took for operations.
class Tuning {
 public:
  std::optional<double> find(const Graph& graph, int node, const std::string& kernel) const;
  void set(const Graph& graph, int node, const std::string& kernel, double microseconds);

  // As text, a line a time: "microseconds TAB kernel TAB operation". Lines of another form are passed over.
  std::string text() const;
  static Tuning parse(std::string_view text);

 private:
  std::map<std::pair<std::string, std::string>, double> microseconds_;  // by operation and kernel
};

// What a machine's times are kept under: they hold for one version of nightjar, instruction set or GPU,
// precision, and number of threads or images. "avx512 2 threads AMD EPYC 9B45 26 2".
using Machine = std::string;

// Times one candidate of a step; nothing where there is not enough memory to.
using Measure = std::function<Result<std::optional<double>>(const Step& step, const Kernel& kernel)>;

// The times that a plan's choices need: those of the machine's file, the others measured and the file
// rewritten. Equal operations are timed once. Errors: those of `measure`.
Result<Tuning> tune(const Graph& graph, const Plan& plan, const Machine& machine, const Measure& measure);

// Candidates of a step that has a choice, without a time in `tuning`.
std::vector<const Kernel*> untimed(const Graph& graph, const Step& step, const Tuning& tuning);

// The times that are kept for a machine; none where there is no file, or it cannot be read.
Tuning load_tuning(const Machine& machine);
// The machine's name as part of a file's: letters, digits and hyphens.
std::string file_name_of(const Machine& machine);
// $XDG_CACHE_HOME/nightjar/..., else ~/.cache/nightjar/...; empty where there is no home.
std::string tuning_file(const Machine& machine);

}  // namespace nightjar
