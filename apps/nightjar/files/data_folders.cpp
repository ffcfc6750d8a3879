// The places, in order.
#include "apps/nightjar/files/data_folders.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <system_error>
#include <vector>

#include "engine/host/files.h"
#include "engine/host/output_file.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

namespace fs = std::filesystem;
using Folder = std::optional<fs::path>;

Folder folder_of_variable(const char* name) {
  const char* value = std::getenv(name);
  return value && *value ? Folder(value) : Folder();
}

// By the XDG base directory specification, which has relative paths ignored.
Folder users_folder() {
  const Folder data = folder_of_variable("XDG_DATA_HOME"), home = folder_of_variable("HOME");
  if (data && data->is_absolute()) return *data / "nightjar";
  if (home && home->is_absolute()) return *home / ".local" / "share" / "nightjar";
  return {};
}

// What came with the program: where it was installed to, or the source tree that it was built in, which may
// have been brought elsewhere since.
std::vector<fs::path> folders_of_program() {
  std::vector<fs::path> found;
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error == std::errc::not_enough_memory) throw std::bad_alloc();
  if (!error) found.push_back(program.parent_path().parent_path() / "share" / "nightjar");
  found.push_back(folder_of_variable("NIGHTJAR_SOURCE_DIR").value_or(NIGHTJAR_SOURCE_DIR));
  return found;
}

std::vector<fs::path> places() {
  std::vector<fs::path> found = folders_of_program();
  for (const Folder& own : {users_folder(), folder_of_variable("NIGHTJAR_HOME")}) {
    if (own) found.insert(found.begin(), *own);
  }
  return found;
}

bool may_write(const fs::path& folder) {
  return ::access(folder.c_str(), W_OK | X_OK) == 0;
}

// Whether weights/ is there to be written to, or can be made.
bool takes_weights(const fs::path& place) {
  std::error_code ignored;
  const fs::path weights = place / "weights";
  return may_write(fs::exists(weights, ignored) ? weights : place);
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
  if (const Folder home = folder_of_variable("NIGHTJAR_HOME")) return *home / "weights";
  std::error_code ignored;
  for (const fs::path& place : folders_of_program()) {
    if (!fs::is_directory(place, ignored)) continue;
    if (takes_weights(place)) return place / "weights";
    break;  // an installed program leaves the source tree alone
  }
  return users_folder().value_or(folders_of_program().front()) / "weights";
}

Result<void> make_weights_folder() {
  const fs::path folder = weights_folder();
  // What the specification asks for; a folder that many use is another thing.
  const mode_t mode = users_folder() == folder.parent_path() ? 0700 : 0777;
  std::error_code ignored;
  fs::path made;
  for (const fs::path& part : folder) {
    made /= part;
    if (::mkdir(made.c_str(), mode) == 0) continue;
    const int error = errno;
    if (fs::is_directory(made, ignored)) continue;
    return Error{Failure::cannot_write,
                 place(folder.string()) + ": cannot be made: " + system_message(error)};
  }
  return check_folder(folder);
}

bool is_there(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

Result<Typeface> load_typeface(const std::string& font, bool wanted) {
  if (!font.empty()) return Typeface::load(font);
  const auto ours = wanted ? find_data("fonts/DejaVuSans.ttf") : std::nullopt;
  return ours ? Typeface::load(*ours) : Typeface();
}

}  // namespace nightjar
