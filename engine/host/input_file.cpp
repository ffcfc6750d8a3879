#include "engine/host/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace nightjar {

Result<InputFile> InputFile::open(const Source& source, const std::string& wanted) {
  const std::string& path = source.file;
  if (source.bytes) {
    InputFile file(path, -1);
    file.lent_ = *source.bytes;
    file.size_ = static_cast<std::int64_t>(source.bytes->size());
    return file;
  }
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
    : path_(std::move(other.path_)),
      fd_(std::exchange(other.fd_, -1)),
      size_(other.size_),
      lent_(other.lent_),
      kept_(std::move(other.kept_)) {}

InputFile::~InputFile() {
  if (fd_ >= 0) ::close(fd_);
}

void InputFile::outlive_source() {
  if (fd_ < 0) kept_.emplace(lent_);
}

Result<void> InputFile::read(std::span<std::byte> bytes, std::int64_t offset) const {
  if (fd_ < 0) return read_memory(bytes, offset);
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

Result<void> InputFile::read_memory(std::span<std::byte> bytes, std::int64_t offset) const {
  const std::string_view all = kept_ ? *kept_ : lent_;
  if (static_cast<std::int64_t>(bytes.size()) > size_ - offset)
    return Error{Failure::cannot_read, path_ + ": ends before byte " + std::to_string(offset + bytes.size())};
  std::memcpy(bytes.data(), all.data() + offset, bytes.size());
  return {};
}

}  // namespace nightjar
