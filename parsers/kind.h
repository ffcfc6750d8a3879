// What a file is by its first bytes, to say what was given in place of the file that was asked for.
#pragma once

#include <string>
#include <string_view>

#include "parsers/result.h"

namespace nightjar {

struct FileKind {
  std::string_view name;    // with its article: "an HTML page"; empty where nothing is recognised
  std::string_view remedy;  // a question that helps: "was the download refused?"; may be empty
  bool is_text;
};

// The first 20 bytes are enough for every kind but AVIF's brands.
FileKind kind_of(std::string_view first_bytes);

// "this is an HTML page, not a .weights file; was the download refused?"
std::string not_the_file(const FileKind& kind, std::string_view wanted, std::string_view otherwise = {});

// Refuses bytes that cannot be a text file of ours: a zero byte anywhere (binary files, UTF-16), an HTML
// page, a git-lfs pointer (malformed), or more than `max_bytes` (too_large). `wanted` is what the file should
// be: "a Darknet cfg". `xml`: it is XML, and may begin so.
Result<void> check_text(std::string_view bytes, const std::string& file, std::string_view wanted,
                        std::size_t max_bytes, bool xml = false);

}  // namespace nightjar
