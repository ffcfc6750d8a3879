// A download that may be interrupted and taken up again: NAME.weights.partial.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "parsers/result.h"

namespace nightjar {

// Opened for one process at a time. What was received stays for the next attempt; an empty file does not.
class PartialFile {
 public:
  static Result<PartialFile> open(const std::string& path);
  PartialFile(PartialFile&& other) noexcept;
  PartialFile& operator=(PartialFile&&) = delete;
  ~PartialFile();

  const std::string& path() const { return path_; }
  int descriptor() const { return fd_; }  // at its end
  std::int64_t size() const;
  Result<void> append(std::string_view bytes);
  Result<void> clear();
  // Flushes to the disk and renames.
  Result<void> publish(const std::string& target);

 private:
  PartialFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  Error failure() const;  // cannot_write, with errno
  std::string path_;
  int fd_;
};

}  // namespace nightjar
