// A large file that is read in places, and never whole; or its bytes, where they are in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/source.h"
#include "parsers/result.h"

namespace nightjar {

class InputFile {
 public:
  // A regular file; folders, FIFOs and devices are refused at once. `wanted`: what it should be, for
  // messages. All errors are cannot_read.
  static Result<InputFile> open(const Source& source, const std::string& wanted);
  InputFile(InputFile&& other) noexcept;
  InputFile& operator=(InputFile&&) = delete;
  ~InputFile();

  const std::string& path() const { return path_; }
  std::int64_t size() const { return size_; }  // when it was opened
  // Fills `bytes` from `offset` on. Any number of threads may.
  Result<void> read(std::span<std::byte> bytes, std::int64_t offset) const;
  // Bytes that were in memory may go: they are copied.
  void outlive_source();

 private:
  InputFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  Result<void> read_memory(std::span<std::byte> bytes, std::int64_t offset) const;

  std::string path_;
  int fd_;  // -1: it is in memory
  std::int64_t size_ = 0;
  std::string_view lent_;
  std::optional<std::string> kept_;  // in place of what was lent
};

}  // namespace nightjar
