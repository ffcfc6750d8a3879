// Expansion of picture arguments.
#include "apps/nightjar/files/picture_list.h"

#include <glob.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <new>
#include <system_error>

#include "engine/host/files.h"
#include "parsers/message.h"
#include "parsers/scan.h"

namespace nightjar {
namespace {

namespace fs = std::filesystem;
using Paths = std::vector<std::string>;

constexpr std::int64_t max_list_bytes = std::int64_t{256} << 20;

bool has_picture_extension(const fs::path& path) {
  constexpr std::array<std::string_view, 5> known = {".jpg", ".jpeg", ".png", ".bmp", ".webp"};
  std::string extension = path.extension();
  for (char& c : extension) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return std::find(known.begin(), known.end(), extension) != known.end();
}

template <class Iterator>
Result<PictureList> pictures_below(const std::string& folder) {
  PictureList list;
  std::error_code error;
  for (Iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    if (entry->is_directory(ignored)) continue;
    if (has_picture_extension(entry->path())) {
      list.paths.push_back(entry->path());
    } else {
      ++list.passed_over;
    }
  }
  if (error == std::errc::not_enough_memory) throw std::bad_alloc();
  if (error) return Error{Failure::cannot_read, place(folder) + ": cannot be read: " + error.message()};
  std::sort(list.paths.begin(), list.paths.end());
  return list;
}

Result<PictureList> pictures_in_folder(const std::string& folder, bool recursive) {
  auto list = recursive ? pictures_below<fs::recursive_directory_iterator>(folder)
                        : pictures_below<fs::directory_iterator>(folder);
  if (list && list->paths.empty()) {
    return Error{Failure::cannot_read,
                 place(folder) + ": no .jpg, .jpeg, .png, .bmp or .webp file in this folder" +
                     (recursive ? " or below it" : "; --recursive looks below it, too")};
  }
  return list;
}

Result<Paths> matches_of(const std::string& pattern) {
  struct Matches : glob_t {
    Matches() : glob_t{} {}
    ~Matches() { ::globfree(this); }
  } found;
  const int failed = ::glob(pattern.c_str(), 0, nullptr, &found);
  if (failed == GLOB_NOSPACE) throw std::bad_alloc();
  if (failed) {
    return Error{Failure::cannot_read, place(pattern) + ": no file matches this pattern"};
  }
  return Paths(found.gl_pathv, found.gl_pathv + found.gl_pathc);
}

Result<Paths> lines_of(const std::string& list) {
  auto bytes = read_file(list, max_list_bytes);
  if (!bytes) return bytes.error();
  Paths paths;
  std::string_view rest = without_mark(*bytes);
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

Result<PictureList> listed(Result<Paths> paths) {
  if (!paths) return paths.error();
  return PictureList{std::move(*paths)};
}

Result<PictureList> expand(const std::string& argument, bool recursive) {
  std::error_code ignored;
  if (argument.size() > 1 && argument[0] == '@') return listed(lines_of(argument.substr(1)));
  if (fs::is_directory(argument, ignored)) return pictures_in_folder(argument, recursive);
  if (argument.find_first_of("*?[") != std::string::npos && !fs::exists(argument, ignored))
    return listed(matches_of(argument));
  return PictureList{{argument}};
}

}  // namespace

Result<PictureList> expand_pictures(std::span<const std::string> arguments, bool recursive) {
  PictureList all;
  for (const std::string& argument : arguments) {
    auto list = expand(argument, recursive);
    if (!list) return list.error();
    all.paths.insert(all.paths.end(), std::make_move_iterator(list->paths.begin()),
                     std::make_move_iterator(list->paths.end()));
    all.passed_over += list->passed_over;
  }
  return all;
}

}  // namespace nightjar
