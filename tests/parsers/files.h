// Files that the parsers' tests read: the fixtures, and reference data beside the repository where it is
// there.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/result.h"
#include "tests/catch.h"
#include "tests/source_dir.h"

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE(in);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::string fixture(const std::string& name) {
  return read_file(source_dir() / "tests/fixtures" / name);
}

// All files below ../shared/`folder` that end in `extension`, in order. Says that the test is skipped where
// there are none.
inline std::vector<std::filesystem::path> shared_files(const std::string& folder,
                                                       const std::string& extension) {
  const std::filesystem::path root = source_dir() / "../shared" / folder;
  std::vector<std::filesystem::path> files;
  if (std::filesystem::is_directory(root)) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      if (entry.is_regular_file() && entry.path().extension() == extension) files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  if (files.empty()) std::cout << "SKIPPED: needs ../shared/" << folder << "/*" << extension << "\n";
  return files;
}

inline void check_contains(const std::string& text, const std::string& part) {
  INFO("expected: " << part);
  INFO("found: " << text);
  CHECK(text.find(part) != std::string::npos);
}

// An error as it must be: one line that names the file first and holds no control bytes.
inline void check_wording(const nightjar::Error& error, const std::string& file) {
  INFO(error.message);
  CHECK(error.message.starts_with(file));
  CHECK(error.message.find(": ") != std::string::npos);
  CHECK(std::none_of(error.message.begin(), error.message.end(),
                     [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }));
}

// `result` was refused for this reason, with this in its message.
template <class T>
void check_refused(const nightjar::Result<T>& result, nightjar::Failure kind, const std::string& part,
                   const std::string& file) {
  INFO("expected: " << part);
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == kind);
  check_contains(result.error().message, part);
  check_wording(result.error(), file);
}
