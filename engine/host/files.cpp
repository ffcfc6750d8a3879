// Reading of whole files.
#include "engine/host/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <new>
#include <system_error>

#include "parsers/message.h"

namespace nightjar {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ > STDERR_FILENO) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

Error over_cap(const std::string& name, const std::string& found, std::int64_t max_bytes) {
  return too_large(name, found + "; at most " + std::to_string(max_bytes) + " bytes are read");
}

Error cannot_read(const std::string& name, const std::string& why) {
  return {Failure::cannot_read, place(name) + ": cannot be read: " + why};
}

const char* kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

// Reads to the end of the file. `expected` bytes are known to come; standard input says nothing of its size
// (0).
Result<std::string> read_to_end(int fd, const std::string& name, std::size_t expected,
                                std::int64_t max_bytes) {
  constexpr std::size_t piece = 1 << 16;
  const auto cap = static_cast<std::size_t>(max_bytes);
  std::string bytes;
  std::size_t size = 0;
  // One byte more than expected: the read that returns 0 is then seen without growing the buffer.
  for (bytes.resize(expected + 1);;) {
    if (size == bytes.size()) bytes.resize(std::min(cap + 1, std::max(size + piece, size * 2)));
    const ssize_t got = ::read(fd, bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot_read(name, system_message(errno));
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
    if (size > cap) return over_cap(name, "more than " + std::to_string(cap) + " bytes", max_bytes);
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::int64_t max_bytes) {
  if (path == "-") return read_to_end(STDIN_FILENO, "standard input", 0, max_bytes);
  if (path.find('\0') != std::string::npos) return cannot_read(path, "a file name holds no NUL byte");
  // O_NONBLOCK: opening a FIFO that nobody writes to, or some devices, would wait.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  struct stat status;
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) return cannot_read(path, system_message(errno));
  if (!S_ISREG(status.st_mode)) {
    return Error{Failure::cannot_read,
                 place(path) + ": is " + kind_of(status.st_mode) + "; expected a regular file"};
  }
  if (status.st_size > max_bytes) {
    return over_cap(path, std::to_string(status.st_size) + " bytes", max_bytes);
  }
  const auto size = static_cast<std::size_t>(status.st_size);
  auto bytes = read_to_end(file.get(), path, size, max_bytes);
  if (bytes && bytes->size() != size) return cannot_read(path, "it changed its size while it was read");
  return bytes;
}

Result<std::string> read_source(const Source& source, std::int64_t max_bytes) {
  if (!source.bytes) return read_file(source.file, max_bytes);
  const std::size_t size = source.bytes->size();
  if (size > static_cast<std::size_t>(max_bytes))
    return over_cap(source.file, std::to_string(size) + " bytes", max_bytes);
  return std::string(*source.bytes);
}

bool same_file(const std::string& a, const std::string& b) {
  struct stat first, second;
  return ::stat(a.c_str(), &first) == 0 && ::stat(b.c_str(), &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

std::string real_path(const std::string& path) {
  std::error_code error;
  std::string real;
  const auto from_root = std::filesystem::absolute(path, error);
  if (!error) real = std::filesystem::weakly_canonical(from_root, error);
  if (error == std::errc::not_enough_memory) throw std::bad_alloc();
  return error ? path : real;
}

std::string system_message(int error) {
  return std::generic_category().message(error);
}

}  // namespace nightjar
