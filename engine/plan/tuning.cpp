#include "engine/plan/tuning.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "engine/files.h"
#include "engine/output_file.h"
#include "engine/plan/explain.h"

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

}  // namespace

std::optional<double> Tuning::find(const Node& node, const std::string& kernel) const {
  const auto found = microseconds_.find({operation_of(node), kernel});
  if (found == microseconds_.end()) return std::nullopt;
  return found->second;
}

void Tuning::set(const Node& node, const std::string& kernel, double microseconds) {
  microseconds_[{operation_of(node), kernel}] = microseconds;
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

Tuning load_tuning(const std::string& file) {
  constexpr std::int64_t most_bytes = 16 << 20;
  const auto text = read_file(file, most_bytes);
  return text ? Tuning::parse(*text) : Tuning{};
}

void save(const Tuning& tuning, const std::string& file) {
  if (file.empty()) return;
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(file).parent_path(), ignored);
  const auto written = write_file(file, tuning.text());
  static_cast<void>(written);
}

std::string tuning_file(std::string machine) {
  const char *cache = std::getenv("XDG_CACHE_HOME"), *home = std::getenv("HOME");
  if (!cache && !home) return "";
  for (char& c : machine) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '-';
  }
  const std::string folder = (cache ? std::string(cache) : std::string(home) + "/.cache") + "/nightjar";
  return folder + "/tuning-" + machine + ".tsv";
}

}  // namespace nightjar
