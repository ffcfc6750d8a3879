// What a training writes, and where.
#pragma once

#include <string>
#include <vector>

namespace nightjar {

struct TrainingFiles {
  // In `folder`, after the cfg's name.
  static TrainingFiles of(const std::string& folder, const std::string& cfg);

  std::string folder;
  std::string last, best, final;  // .weights: of the last save, of the best measure, of the end
  std::string checkpoint, log, chart;

  std::vector<std::string> all() const { return {last, best, final, checkpoint, log, chart}; }
};

}  // namespace nightjar
