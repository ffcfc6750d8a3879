#include "engine/host/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace nightjar {

Result<InputFile> InputFile::open(const std::string& path, const std::string& wanted) {
  InputFile file(path, ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  struct stat status {};
  if (file.fd_ < 0 || ::fstat(file.fd_, &status) != 0)
    return Error{Failure::cannot_read, path + ": " + std::strerror(errno)};
  if (!S_ISREG(status.st_mode)) {
    return Error{Failure::cannot_read, path + ": " +
                                           (S_ISDIR(status.st_mode) ? "a directory" : "not a regular file") +
                                           "; " + wanted + " is needed"};
  }
  file.size_ = status.st_size;
  return file;
}

InputFile::InputFile(InputFile&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)), size_(other.size_) {}

InputFile::~InputFile() {
  if (fd_ >= 0) ::close(fd_);
}

Result<void> InputFile::read(std::span<std::byte> bytes, std::int64_t offset) const {
  while (!bytes.empty()) {
    const ssize_t n = ::pread(fd_, bytes.data(), bytes.size(), offset);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Error{Failure::cannot_read, path_ + ": cannot be read: " + std::strerror(errno)};
    if (n == 0) return Error{Failure::cannot_read, path_ + ": became shorter while it was read"};
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    offset += n;
  }
  return {};
}

}  // namespace nightjar
