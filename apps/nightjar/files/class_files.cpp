#include "apps/nightjar/files/class_files.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "engine/host/cfg_file.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

namespace fs = std::filesystem;

// Whether it may be anywhere else than below the folder that it is looked for in.
bool leads_out(const fs::path& path) {
  return path.is_absolute() || std::find(path.begin(), path.end(), "..") != path.end();
}

// The values of tree= in all sections.
std::set<std::string> named_trees(const std::string& file) {
  std::set<std::string> named;
  const auto cfg = read_cfg(file);
  if (!cfg) return named;
  for (const CfgSection& section : cfg->sections) {
    for (const CfgEntry& entry : section.entries)
      if (entry.key == "tree") named.insert(entry.value);
  }
  return named;
}

}  // namespace

std::string find_in_folder(const std::string& path, const std::string& folder) {
  const fs::path named(path);
  std::error_code ignored;
  if (!leads_out(named) && fs::is_regular_file(folder / named, ignored)) return folder / named;
  const fs::path beside = folder / named.filename();
  return fs::is_regular_file(beside, ignored) ? beside.string() : "";
}

Result<std::string> find_tree(const std::string& cfg, const std::string& folder) {
  const std::set<std::string> named = named_trees(cfg);
  if (named.empty()) return std::string();
  const std::string& first = *named.begin();
  if (named.size() > 1) {
    return Error{Failure::usage, place(cfg) + ": names the class trees " + printable(first) + " and " +
                                     printable(*std::next(named.begin())) + "; only one is possible"};
  }
  std::string found = find_in_folder(first, folder);
  if (!found.empty()) return found;
  return Error{Failure::cannot_read,
               place(cfg) + ": names the class tree " + printable(first) + ", which is not in " +
                   place(folder) + "; give the folder that has it with --data, or the file with --tree"};
}

}  // namespace nightjar
