#include "apps/nightjar/train/files.h"

#include <filesystem>

namespace nightjar {

TrainingFiles TrainingFiles::of(const std::string& folder, const std::string& cfg) {
  const std::filesystem::path place(folder);
  const std::string name = std::filesystem::path(cfg).stem();
  TrainingFiles files;
  files.folder = folder;
  files.last = place / (name + "_last.weights");
  files.best = place / (name + "_best.weights");
  files.final = place / (name + "_final.weights");
  files.checkpoint = place / (name + ".checkpoint");
  files.log = place / "log.jsonl";
  files.chart = place / "chart.svg";
  return files;
}

}  // namespace nightjar
