// Times of kernels measured on this machine, in place of estimates: what --tune takes once and remembers.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/graph.h"

namespace nightjar {

// Microseconds that kernels took for operations.
class Tuning {
 public:
  std::optional<double> find(const Node& node, const std::string& kernel) const;
  void set(const Node& node, const std::string& kernel, double microseconds);

  // As text, a line a time: "microseconds TAB kernel TAB operation". Lines of another form are passed over.
  std::string text() const;
  static Tuning parse(std::string_view text);

 private:
  std::map<std::pair<std::string, std::string>, double> microseconds_;  // by operation and kernel
};

// The times of a file that save() wrote; none where there is no such file, or it cannot be read.
Tuning load_tuning(const std::string& file);
// A file that cannot be written is no error: then the times are measured again next time.
void save(const Tuning& tuning, const std::string& file);

// The file that keeps the times of one machine, whose description becomes a part of its name:
// $XDG_CACHE_HOME/nightjar/..., else ~/.cache/nightjar/...; empty where there is no home.
std::string tuning_file(std::string machine);

}  // namespace nightjar
