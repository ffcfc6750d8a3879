// Appending to, and publishing of, a download.
#include "apps/nightjar/fetch/partial_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "engine/host/files.h"
#include "parsers/message.h"

namespace nightjar {

Result<PartialFile> PartialFile::open(const std::string& path) {
  PartialFile file(path, ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0666));
  if (file.fd_ < 0) return file.failure();
  if (::flock(file.fd_, LOCK_EX | LOCK_NB) != 0) {
    return Error{Failure::cannot_write,
                 place(path) + ": another nightjar fetch is writing it; wait for it to end"};
  }
  return file;
}

PartialFile::PartialFile(PartialFile&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}

PartialFile::~PartialFile() {
  if (fd_ < 0) return;
  if (size() == 0) ::unlink(path_.c_str());
  ::close(fd_);
}

Error PartialFile::failure() const {
  return {Failure::cannot_write, place(path_) + ": cannot be written: " + system_message(errno)};
}

std::int64_t PartialFile::size() const {
  struct stat status;
  return ::fstat(fd_, &status) == 0 ? status.st_size : 0;
}

Result<void> PartialFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return failure();
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> PartialFile::clear() {
  return ::ftruncate(fd_, 0) == 0 ? Result<void>() : failure();
}

Result<void> PartialFile::publish(const std::string& target) {
  if (::fsync(fd_) != 0 || ::rename(path_.c_str(), target.c_str()) != 0) return failure();
  const int closed = ::close(std::exchange(fd_, -1));
  return closed == 0 ? Result<void>() : failure();
}

}  // namespace nightjar
