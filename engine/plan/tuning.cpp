#include "engine/plan/tuning.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "engine/build_info.h"
#include "engine/host/files.h"
#include "engine/host/output_file.h"

namespace nightjar {
namespace {

// An operation with its sizes: equal for two nodes that take the same time.
std::string operation_of(const Graph& graph, int index) {
  const Node& node = graph.nodes[static_cast<std::size_t>(index)];
  std::string text = node.op.words();
  for (const int value : {node.inputs[0], node.outputs[0]}) {
    const Shape& s = graph.shape(value);
    text += " " + std::to_string(s.c) + "x" + std::to_string(s.h) + "x" + std::to_string(s.w);
  }
  return text;
}

// A file that cannot be written is no error: then the times are measured again next time.
void save(const Tuning& tuning, const std::string& file) {
  if (file.empty()) return;
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(file).parent_path(), ignored);
  const auto written = write_file(file, tuning.text());
  static_cast<void>(written);
}

}  // namespace

std::optional<double> Tuning::find(const Graph& graph, int node, const std::string& kernel) const {
  const auto found = microseconds_.find({operation_of(graph, node), kernel});
  if (found == microseconds_.end()) return std::nullopt;
  return found->second;
}

void Tuning::set(const Graph& graph, int node, const std::string& kernel, double microseconds) {
  microseconds_[{operation_of(graph, node), kernel}] = microseconds;
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
    const std::string name(line.substr(first + 1, second - first - 1));
    tuning.microseconds_[{std::string(line.substr(second + 1)), name}] = microseconds;
  }
  return tuning;
}

std::vector<const Kernel*> untimed(const Graph& graph, const Step& step, const Tuning& tuning) {
  std::vector<const Kernel*> kernels;
  if (step.candidates.size() < 2) return kernels;
  for (const Candidate& candidate : step.candidates)
    if (!tuning.find(graph, step.node, candidate.kernel->name)) kernels.push_back(candidate.kernel);
  return kernels;
}

Result<Tuning> tune(const Graph& graph, const Plan& plan, const Machine& machine, const Measure& measure) {
  Tuning tuning = load_tuning(machine);
  const std::string before = tuning.text();
  for (const Step& step : plan.steps) {
    for (const Kernel* kernel : untimed(graph, step, tuning)) {
      const auto microseconds = measure(step, *kernel);
      if (!microseconds) return microseconds.error();
      if (*microseconds) tuning.set(graph, step.node, kernel->name, **microseconds);
    }
  }
  if (tuning.text() != before) save(tuning, tuning_file(machine));
  return tuning;
}

Tuning load_tuning(const Machine& machine) {
  constexpr std::int64_t most_bytes = 16 << 20;
  const auto text = read_file(tuning_file(machine), most_bytes);
  return text ? Tuning::parse(*text) : Tuning{};
}

std::string file_name_of(const Machine& machine) {
  std::string name = machine;
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '-';
  return name;
}

std::string tuning_file(const Machine& machine) {
  const char *cache = std::getenv("XDG_CACHE_HOME"), *home = std::getenv("HOME");
  if (!cache && !home) return "";
  const std::string folder = (cache ? std::string(cache) : std::string(home) + "/.cache") + "/nightjar";
  return folder + "/tuning-" + file_name_of(std::string(version()) + " " + machine) + ".tsv";
}

}  // namespace nightjar
