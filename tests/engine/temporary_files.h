// Files that are there as long as their object is.
#pragma once

#include <filesystem>
#include <fstream>
#include <random>
#include <span>
#include <string>

namespace nightjar::testing {

class TemporaryFile {
 public:
  TemporaryFile(const std::string& suffix, const std::string& bytes)
      : path_(std::filesystem::temp_directory_path() / ("nightjar-" + std::to_string(std::random_device()()) +
                                                        std::to_string(std::random_device()()) + suffix)) {
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

// The bytes of a .weights file of version 0.2.5 (docs/darknet-format.md) with these floats.
inline std::string weights_bytes(std::span<const float> floats) {
  const std::int32_t version[3] = {0, 2, 5};
  const std::uint64_t seen = 0;
  std::string bytes(reinterpret_cast<const char*>(version), sizeof version);
  bytes.append(reinterpret_cast<const char*>(&seen), sizeof seen);
  bytes.append(reinterpret_cast<const char*>(floats.data()), floats.size_bytes());
  return bytes;
}

}  // namespace nightjar::testing
