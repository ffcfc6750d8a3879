#include "apps/nightjar/darknet_files.h"

#include <filesystem>

#include "apps/nightjar/report.h"
#include "engine/host/files.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t max_data_bytes = std::int64_t{1} << 20;

std::string find_beside(const std::string& path, const std::string& file) {
  const fs::path folder = fs::path(file).parent_path();
  for (const fs::path& candidate : {fs::path(path), folder / path, folder / fs::path(path).filename()}) {
    std::error_code ignored;
    if (fs::exists(candidate, ignored)) return candidate;
  }
  return path;
}

}  // namespace

Result<DarknetFiles> darknet_files(const DarknetFlags& flags, bool takes_picture) {
  const Arguments& given = flags.positionals;
  constexpr std::size_t needed = 3;
  if (given.size() < needed) return Error{Failure::usage, "too few files; usage: " + flags.usage};
  DarknetFiles files{given[0], given[1], given[2], {}};
  std::size_t taken = needed;
  if (takes_picture && given.size() > needed) files.picture = given[taken++];
  for (; taken < given.size(); taken++) warn("'" + given[taken] + "' is one file too many, and ignored");
  return files;
}

Result<DataFile> read_data(const std::string& file, int classes) {
  if (file.empty()) return DataFile{};
  const auto bytes = read_file(file, max_data_bytes);
  if (!bytes) return bytes.error();
  auto data = parse_data(*bytes, file);
  if (!data) return data;
  warn(data->warnings);
  const std::string* stated = data->find("classes");
  if (stated && *stated != std::to_string(classes)) {
    return malformed(file,
                     "classes=" + *stated + "; the network has " + std::to_string(classes) + " classes");
  }
  return data;
}

std::optional<std::string> path_in(const DataFile& data, std::string_view key, const std::string& file) {
  const std::string* path = data.find(key);
  return path ? std::optional(find_beside(*path, file)) : std::nullopt;
}

ModelArguments darknet_model(const DarknetFiles& files, const DarknetFlags& flags) {
  ModelArguments network;
  network.cfg = files.cfg;
  network.weights = files.weights;
  network.tree = flags.tree;
  network.data = flags.data;
  network.threads = flags.threads;
  network.alexeyab = !flags.pjreddie();
  network.signed_padding = !flags.pjreddie();
  return network;
}

}  // namespace nightjar
