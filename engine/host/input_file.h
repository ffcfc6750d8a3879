// A large file that is read in places, and never whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "parsers/result.h"

namespace nightjar {

class InputFile {
 public:
  // A regular file; folders, FIFOs and devices are refused at once. `wanted`: what it should be, for
  // messages. All errors are cannot_read.
  static Result<InputFile> open(const std::string& path, const std::string& wanted);
  InputFile(InputFile&& other) noexcept;
  InputFile& operator=(InputFile&&) = delete;
  ~InputFile();

  const std::string& path() const { return path_; }
  std::int64_t size() const { return size_; }  // when it was opened
  // Fills `bytes` from `offset` on. Any number of threads may.
  Result<void> read(std::span<std::byte> bytes, std::int64_t offset) const;

 private:
  InputFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}

  std::string path_;
  int fd_;
  std::int64_t size_ = 0;
};

}  // namespace nightjar
