// Files that a command writes at its end.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "engine/host/output_file.h"

namespace nightjar {

// They are open before the long work begins, and written after it.
class Reports {
 public:
  // An empty path is none.
  Result<void> add(const std::string& path, std::function<std::string()> content) {
    if (path.empty()) return {};
    auto file = OutputFile::open(path);
    if (!file) return file.error();
    files_.push_back({std::move(*file), std::move(content)});
    return {};
  }
  Result<void> write() {
    for (auto& [file, content] : files_) {
      if (auto done = file.write(content()); !done) return done;
      if (auto done = file.commit(); !done) return done;
    }
    return {};
  }

 private:
  std::vector<std::pair<OutputFile, std::function<std::string()>>> files_;
};

}  // namespace nightjar
