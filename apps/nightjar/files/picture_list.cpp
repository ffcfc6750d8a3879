// Expansion of picture arguments.
#include "apps/nightjar/files/picture_list.h"

#include <glob.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <system_error>

#include "engine/host/files.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

namespace fs = std::filesystem;
using Paths = std::vector<std::string>;

constexpr std::int64_t max_list_bytes = std::int64_t{256} << 20;

bool has_picture_extension(const fs::path& path) {
  constexpr std::array<std::string_view, 4> known = {".jpg", ".jpeg", ".png", ".bmp"};
  std::string extension = path.extension();
  for (char& c : extension) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return std::find(known.begin(), known.end(), extension) != known.end();
}

Result<Paths> pictures_in_folder(const std::string& folder) {
  Paths paths;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (has_picture_extension(entry->path())) paths.push_back(entry->path());
  }
  if (error) return Error{Failure::cannot_read, place(folder) + ": cannot be read: " + error.message()};
  if (paths.empty())
    return Error{Failure::cannot_read, place(folder) + ": no .jpg, .jpeg, .png or .bmp file in this folder"};
  std::sort(paths.begin(), paths.end());
  return paths;
}

Result<Paths> matches_of(const std::string& pattern) {
  struct Matches : glob_t {
    Matches() : glob_t{} {}
    ~Matches() { ::globfree(this); }
  } found;
  if (::glob(pattern.c_str(), 0, nullptr, &found) != 0) {
    return Error{Failure::cannot_read, place(pattern) + ": no file matches this pattern"};
  }
  return Paths(found.gl_pathv, found.gl_pathv + found.gl_pathc);
}

Result<Paths> lines_of(const std::string& list) {
  auto bytes = read_file(list, max_list_bytes);
  if (!bytes) return bytes.error();
  Paths paths;
  std::string_view rest = *bytes;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (!line.empty()) paths.emplace_back(line);
  }
  if (paths.empty()) return malformed(list, "empty; expected a picture's path on each line");
  return paths;
}

Result<Paths> expand(const std::string& argument) {
  std::error_code ignored;
  if (argument.size() > 1 && argument[0] == '@') return lines_of(argument.substr(1));
  if (fs::is_directory(argument, ignored)) return pictures_in_folder(argument);
  if (argument.find_first_of("*?[") != std::string::npos && !fs::exists(argument, ignored)) {
    return matches_of(argument);
  }
  return Paths{argument};
}

}  // namespace

Result<Paths> expand_pictures(std::span<const std::string> arguments) {
  Paths all;
  for (const std::string& argument : arguments) {
    auto paths = expand(argument);
    if (!paths) return paths.error();
    all.insert(all.end(), std::make_move_iterator(paths->begin()), std::make_move_iterator(paths->end()));
  }
  return all;
}

}  // namespace nightjar
