// What a caller has read from: a file, or its bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace nightjar {

struct Source {
  std::string file;                       // its path; with bytes, what messages call it
  std::optional<std::string_view> bytes;  // what it holds, where that is in memory already

  Source(std::string path) : file(std::move(path)) {}
  Source(const char* path) : file(path) {}
  Source(std::string name, std::string_view content) : file(std::move(name)), bytes(content) {}
};

}  // namespace nightjar
