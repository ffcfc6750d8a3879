#include "apps/nightjar/files/path_classes.h"

namespace nightjar {

std::vector<int> classes_in_path(const std::string& path, std::span<const std::string> labels) {
  std::vector<int> classes;
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (path.find(labels[i]) != std::string::npos) classes.push_back(static_cast<int>(i));
  return classes;
}

}  // namespace nightjar
