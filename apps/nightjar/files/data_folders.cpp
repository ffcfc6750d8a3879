// The places, in order.
#include "apps/nightjar/files/data_folders.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <vector>

namespace nightjar {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> places() {
  std::vector<fs::path> found;
  if (const char* home = std::getenv("NIGHTJAR_HOME"); home && *home) found.emplace_back(home);
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (!error) found.push_back(program.parent_path().parent_path() / "share" / "nightjar");
  found.emplace_back(NIGHTJAR_SOURCE_DIR);
  return found;
}

}  // namespace

std::optional<std::string> find_data(const std::string& relative) {
  std::error_code ignored;
  for (const fs::path& place : places()) {
    if (fs::exists(place / relative, ignored)) return (place / relative).string();
  }
  return {};
}

std::string weights_folder() {
  const auto all = places();
  std::error_code ignored;
  for (const fs::path& place : all) {
    if (fs::is_directory(place, ignored)) return place / "weights";
  }
  return all.front() / "weights";
}

}  // namespace nightjar
