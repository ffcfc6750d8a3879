// Atomic outputs, and the list of temporaries that a signal handler can remove.
#include "engine/host/output_file.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <new>
#include <utility>

#include "engine/host/files.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

namespace fs = std::filesystem;

// Paths a signal handler unlinks. Whoever takes the pointer out of a slot owns it, so that handler and owner
// never hold it both. With all slots taken a further temporary survives a signal, nothing worse.
std::array<std::atomic<char*>, 64> temporaries{};

// The slot that now holds `path`; -1 where none was free.
int remember_temporary(const std::string& path) {
  char* copy = ::strdup(path.c_str());
  if (!copy) throw std::bad_alloc();
  for (std::size_t i = 0; i < temporaries.size(); i++) {
    char* empty = nullptr;
    if (temporaries[i].compare_exchange_strong(empty, copy)) return static_cast<int>(i);
  }
  std::free(copy);
  return -1;
}

void forget_temporary(int slot) {
  if (slot < 0) return;
  char* path = nullptr;
  while (!path) path = temporaries[static_cast<std::size_t>(slot)].exchange(nullptr);
  std::free(path);
}

Error cannot_write(const std::string& name, const std::string& why) {
  return {Failure::cannot_write, place(name) + ": cannot be written: " + why};
}

fs::path parent_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

// 64 bits that no other process draws, on this machine or on another that shares the folder. Process numbers
// are not such: in a container they are always the same.
std::uint64_t draw_number() {
  std::uint64_t number = 0;
  if (::getrandom(&number, sizeof number, GRND_NONBLOCK) == sizeof number) return number;
  const auto now =
      std::chrono::steady_clock::now().time_since_epoch().count();  // an early boot, an old kernel
  static std::atomic<std::uint64_t> serial{0};
  return static_cast<std::uint64_t>(now) ^ static_cast<std::uint64_t>(::getpid()) << 40 ^ serial++;
}

// A name in the target's folder: rename() must not cross file systems.
std::string temporary_name(const fs::path& target) {
  constexpr char digits[] = "0123456789abcdef";
  std::string name = ".nightjar-";
  std::uint64_t number = draw_number();
  for (int i = 0; i < 16; i++, number >>= 4) name += digits[number & 15];
  return parent_of(target) / (name + ".tmp");
}

// A device, FIFO or socket. A FIFO without a reader fails at once instead of waiting for one.
int open_special(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd >= 0) ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) & ~O_NONBLOCK);
  return fd;
}

}  // namespace

Result<OutputFile> OutputFile::open(const std::string& path) {
  if (path == "-") return OutputFile("standard output", STDOUT_FILENO);
  struct stat status;
  const bool exists = ::stat(path.c_str(), &status) == 0;
  if (!exists && errno != ENOENT) return cannot_write(path, system_message(errno));
  if (path.empty() || path.back() == '/' || (exists && S_ISDIR(status.st_mode))) {
    return cannot_write(path, "it names a folder; expected a file");
  }
  OutputFile file(path, -1);
  if (exists && !S_ISREG(status.st_mode)) {
    file.fd_ = open_special(path);
    if (file.fd_ < 0) return file.failure(errno);
    return file;
  }
  if (exists && ::access(path.c_str(), W_OK) != 0) return file.failure(errno);
  file.target_ = exists ? real_path(path) : path;  // a link stays, what it leads to is replaced
  if (auto made = file.make_temporary(); !made) return made.error();
  if (exists) ::fchmod(file.fd_, status.st_mode & 0777);
  return file;
}

// What a killed process left under the name that was drawn is none of ours: another is drawn.
Result<void> OutputFile::make_temporary() {
  constexpr int tries = 100;
  for (int i = 0; i < tries; i++) {
    std::string name = temporary_name(target_);
    slot_ = remember_temporary(name);
    fd_ = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd_ >= 0) {
      temporary_ = std::move(name);
      return {};
    }
    const int error = errno;
    forget();
    if (error != EEXIST) return failure(error);
  }
  return cannot_write(name_, "all names for a temporary file in " + parent_of(target_).string() +
                                 " that were tried are taken");
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : name_(std::move(other.name_)),
      target_(std::move(other.target_)),
      temporary_(std::exchange(other.temporary_, {})),
      slot_(std::exchange(other.slot_, -1)),
      fd_(std::exchange(other.fd_, -1)) {}

OutputFile& OutputFile::operator=(OutputFile&& other) noexcept {
  std::swap(name_, other.name_);
  std::swap(target_, other.target_);
  std::swap(temporary_, other.temporary_);
  std::swap(slot_, other.slot_);
  std::swap(fd_, other.fd_);
  return *this;
}

OutputFile::~OutputFile() {
  if (fd_ > STDERR_FILENO) ::close(fd_);
  if (temporary_.empty()) return;
  ::unlink(temporary_.c_str());
  forget();
}

void OutputFile::forget() {
  temporary_.clear();
  forget_temporary(std::exchange(slot_, -1));
}

Error OutputFile::failure(int error) const {
  return cannot_write(name_, system_message(error));
}

Result<void> OutputFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return failure(errno);
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> OutputFile::commit(bool flush) {
  if (flush && !temporary_.empty() && ::fsync(fd_) != 0) return failure(errno);
  // Some file systems report a failed write only here; after close() the descriptor is gone, whatever it
  // says.
  if (::close(std::exchange(fd_, -1)) != 0 && errno != EINTR) return failure(errno);
  if (temporary_.empty()) return {};
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) return failure(errno);
  forget();
  return {};
}

Result<void> write_file(const std::string& path, std::string_view bytes) {
  auto file = OutputFile::open(path);
  if (!file) return file.error();
  if (auto done = file->write(bytes); !done) return done;
  return file->commit(false);
}

Result<void> check_folder(const std::string& folder) {
  std::error_code ignored;
  const bool exists = fs::exists(folder, ignored);
  if (exists && !fs::is_directory(folder, ignored))
    return cannot_write(folder, "it is a file; expected a folder");
  const fs::path named = fs::path(folder + "/").parent_path();  // without the slashes at its end
  const std::string place = exists ? folder : parent_of(named).string();
  if (::access(place.c_str(), W_OK | X_OK) != 0) return cannot_write(folder, system_message(errno));
  return {};
}

Result<void> make_folder(const std::string& folder) {
  if (::mkdir(folder.c_str(), 0777) == 0 || errno == EEXIST) return check_folder(folder);
  return cannot_write(folder, system_message(errno));
}

void remove_temporaries() noexcept {
  for (auto& slot : temporaries) {
    char* path = slot.exchange(nullptr);
    if (!path) continue;
    ::unlink(path);
    slot.store(path);
  }
}

}  // namespace nightjar
