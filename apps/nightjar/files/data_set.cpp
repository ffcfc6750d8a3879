#include "apps/nightjar/files/data_set.h"

#include <filesystem>

#include "apps/nightjar/files/data_folders.h"
#include "apps/nightjar/files/picture_list.h"
#include "apps/nightjar/report.h"
#include "engine/host/files.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t max_data_bytes = std::int64_t{1} << 20;

}  // namespace

Result<DataSet> DataSet::read(const std::string& file) {
  const auto bytes = read_file(file, max_data_bytes);
  if (!bytes) return bytes.error();
  auto data = parse_data(*bytes, file);
  if (!data) return data.error();
  warn(data->warnings);
  return DataSet(file, std::move(*data));
}

// A path inside the file: as it stands, else beside the file.
std::string DataSet::beside(const std::string& path) const {
  const fs::path folder = fs::path(file_).parent_path();
  for (const fs::path& candidate : {fs::path(path), folder / path, folder / fs::path(path).filename()}) {
    if (is_there(candidate.string())) return candidate;
  }
  return path;
}

std::optional<std::string> DataSet::path(std::string_view key) const {
  const std::string* value = find(key);
  return value ? std::optional(beside(*value)) : std::nullopt;
}

Result<std::string> DataSet::names_file() const {
  auto names = path("names");
  if (!names)
    return malformed(file_, "no names=; expected the path of a file with a class name on each line");
  return std::move(*names);
}

Result<void> DataSet::check_classes(int classes) const {
  const std::string* stated = find("classes");
  if (!stated || *stated == std::to_string(classes)) return {};
  return malformed(file_, "classes=" + *stated + "; the network has " + std::to_string(classes) + " classes");
}

Result<std::vector<std::string>> DataSet::pictures(const std::string& key) const {
  const auto list = path(key);
  if (!list)
    return malformed(file_, "no " + key + "=; expected the path of a list of pictures, or of their folder");
  std::error_code ignored;
  const std::string argument = fs::is_directory(*list, ignored) ? *list : "@" + *list;
  auto found = expand_pictures(std::span(&argument, 1), false);
  if (!found) return found.error();
  for (std::string& path : found->paths) {
    const fs::path near = fs::path(*list).parent_path() / path;
    if (!is_there(path) && is_there(near.string())) path = near.string();
  }
  return std::move(found->paths);
}

}  // namespace nightjar
