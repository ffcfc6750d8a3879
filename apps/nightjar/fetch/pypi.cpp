// pip download, and tar.
#include "apps/nightjar/fetch/pypi.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "apps/nightjar/fetch/process.h"
#include "apps/nightjar/signals.h"
#include "engine/host/files.h"
#include "engine/host/output_file.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

namespace fs = std::filesystem;

// A folder for pip's files and its own temporaries; gone with the object.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::error_code error;
    std::string name = fs::temp_directory_path(error) / "nightjar-XXXXXX";
    if (::mkdtemp(name.data())) path_ = name;
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// The last line of a program's messages: its reason.
std::string last_line(const std::string& file) {
  constexpr std::int64_t max_bytes = 1 << 20;
  const auto bytes = read_file(file, max_bytes);
  std::string_view text = bytes ? std::string_view(*bytes) : "";
  text = text.substr(0, text.find_last_not_of(" \r\n") + 1);
  return printable(text.substr(text.find_last_of('\n') + 1), 300);
}

// Whichever pip there is; env's status 127 says that a program is not there. Returns why it did not help.
std::optional<std::string> pip_download(const PypiSource& source, const fs::path& scratch,
                                        long most_seconds) {
  const std::string package = source.requirement.substr(0, source.requirement.find("=="));
  const std::vector<std::string> tail = {"download",
                                         "--quiet",
                                         "--disable-pip-version-check",
                                         "--no-deps",
                                         "--no-binary",
                                         package,
                                         "--require-hashes",
                                         "--dest",
                                         scratch / "archive",
                                         "--requirement",
                                         scratch / "requirements.txt"};
  const std::vector<std::vector<std::string>> pips = {{"pip3"}, {"pip"}, {"python3", "-m", "pip"}};
  const std::string messages = scratch / "messages";
  for (const auto& pip : pips) {
    std::vector<std::string> command = {"env", "TMPDIR=" + scratch.string()};
    command.insert(command.end(), pip.begin(), pip.end());
    command.insert(command.end(), tail.begin(), tail.end());
    const int errors = ::open(messages.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const auto status = run_program(command, {.errors = errors, .most_seconds = most_seconds});
    if (errors >= 0) ::close(errors);
    if (status == 0) return {};
    if (!status) return "pip did not come to its end in " + std::to_string(most_seconds) + " seconds";
    if (status != 127) return "pip could not download it: " + last_line(messages);
  }
  return "there is no pip to download it with";
}

// The member lies in the archive's one top folder; deeper copies of it are not asked for.
bool extract(const fs::path& archive, const std::string& member, int output) {
  return run_program({"tar", "-xzf", archive, "--to-stdout", "--wildcards", "--no-wildcards-match-slash",
                      "*/" + member},
                     {.output = output}) == 0;
}

}  // namespace

Result<void> fetch_from_pypi(const PypiSource& source, PartialFile& file, long most_seconds) {
  const auto failed = [&](const std::string& what) {
    return Error{Failure::cannot_read, "PyPI package " + source.requirement + ": " + what};
  };
  const HeldInterrupts held;  // until the scratch folder is gone
  const ScratchFolder scratch;
  if (scratch.path().empty())
    return failed("no folder for temporary files could be made; TMPDIR can name one");
  const std::string requirement = source.requirement + " --hash=sha256:" + source.archive_sha256 + '\n';
  if (auto done = write_file(scratch.path() / "requirements.txt", requirement); !done) return done;
  if (const auto why = pip_download(source, scratch.path(), most_seconds)) return failed(*why);
  std::error_code ignored;
  for (const auto& archive : fs::directory_iterator(scratch.path() / "archive", ignored)) {
    if (extract(archive.path(), source.member, file.descriptor())) return {};
  }
  return failed("no " + source.member + " in its archive");
}

}  // namespace nightjar
