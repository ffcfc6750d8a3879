// Files by what they are, not by how they are named.
#include "apps/nightjar/files/destinations.h"

#include <sys/stat.h>

#include <compare>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include "engine/host/files.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

namespace fs = std::filesystem;

struct Identity {
  dev_t device = 0;
  ino_t inode = 0;
  auto operator<=>(const Identity&) const = default;
};

std::optional<Identity> identity_of_file(const std::string& path) {
  struct stat status;
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  return Identity{status.st_dev, status.st_ino};
}

// Where an output will lie, which needs not be there yet: the last folder on the way that is there, by what
// it is, for it may be mounted twice, and the names after it. Hard links are not one place: a new file
// replaces one of them.
struct Place {
  Identity folder;
  std::string rest;
  auto operator<=>(const Place&) const = default;
};

Place place_of_folder(const fs::path& real) {
  fs::path folder = real, rest;
  struct stat status {};
  while (::stat(folder.c_str(), &status) != 0 && folder.has_relative_path()) {
    rest = folder.filename() / rest;
    folder = folder.parent_path();
  }
  return {{status.st_dev, status.st_ino}, rest};
}

// A folder is looked at once, however many pictures' results go there.
class Places {
 public:
  Place of(const std::string& path) {
    const fs::path file = is_link(path) ? real_path(path) : path;
    const std::string folder = file.parent_path();
    auto known = folders_.find(folder);
    if (known == folders_.end())
      known = folders_.emplace(folder, place_of_folder(real_path(folder.empty() ? "." : folder))).first;
    return {known->second.folder, fs::path(known->second.rest) / file.filename()};
  }

 private:
  static bool is_link(const std::string& path) {
    struct stat status;
    return ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
  }
  std::map<std::string, Place> folders_;
};

}  // namespace

Result<void> refuse_overwriting(const std::vector<std::string>& outputs,
                                const std::vector<std::string>& inputs) {
  std::set<Identity> read;
  for (const std::string& input : inputs) {
    if (const auto file = identity_of_file(input)) read.insert(*file);
  }
  Places places;
  std::set<Place> written;
  for (const std::string& output : outputs) {
    if (output.empty() || output == "-") continue;
    if (const auto file = identity_of_file(output); file && read.contains(*file)) {
      return Error{Failure::usage,
                   place(output) + ": is an input, and would be overwritten; name another output"};
    }
    if (!written.insert(places.of(output)).second) {
      return Error{Failure::usage, place(output) +
                                       ": two results would be written to it; give the pictures, or the "
                                       "outputs, names of their own"};
    }
  }
  return {};
}

}  // namespace nightjar
