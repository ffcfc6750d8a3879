// A Darknet .cfg file as values: sections of key=value lines, each with its line number.
// Grammar: docs/darknet-format.md sections 1.1 to 1.3; what is refused: section 1.6.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/result.h"

namespace nightjar {

inline constexpr std::int64_t cfg_max_bytes = 1 << 20;

struct CfgEntry {
  std::string key, value;  // inner and outer blanks removed, as Darknet does
  int line;                // 1-based
};

struct CfgSection {
  std::string type;  // as written between the brackets; aliases are the engine's business
  int line;
  std::vector<CfgEntry> entries;  // in file order; of duplicate keys the first is kept
};

struct Cfg {
  std::string file;                   // for messages only
  std::vector<CfgSection> sections;   // the first is [net] or [network]; there is at least one more
  std::vector<std::string> warnings;  // duplicate keys, "file:line: ..." each
};

// Parses the bytes of a .cfg. Accepts LF, CRLF and CR line ends, a UTF-8 byte order mark, blank lines,
// whole-line comments (# ;) and trailing comments (#). Refuses what is not text, a key in front of any
// section, an unclosed section header, a line without '=', an empty key, a first section that is not [net], a
// second [net], no layers, more than 1 MiB or 4096 layers (Failure::too_large). `file` is named in messages.
Result<Cfg> parse_cfg(std::string_view bytes, std::string file);

// The values an integer option may take, both ends included.
struct IntRange {
  std::int64_t low = std::numeric_limits<int>::min(), high = std::numeric_limits<int>::max();
};

// Reads typed options of one section. The first bad value is remembered and the default returned in its
// place, so that a layer reads all its options in a row and its caller asks once, at the end, for error().
class CfgOptions {
 public:
  CfgOptions(const std::string& file, const CfgSection& section) : file_(&file), section_(&section) {}

  bool has(std::string_view key) const;
  int integer(std::string_view key, int fallback, IntRange range = {});
  bool flag(std::string_view key, bool fallback);  // 0 is false, any other integer is true
  float real(std::string_view key, float fallback);
  std::string text(std::string_view key, std::string fallback);
  std::vector<int> integers(std::string_view key);  // comma separated; empty when the key is absent
  std::vector<float> reals(std::string_view key);

  // "file:line" of the key, or of the section when the key is absent: for the layer's own messages.
  std::string place(std::string_view key = {}) const;
  // Remembers an error of the layer's own making about `key` (malformed), unless one is there already.
  void refuse(std::string_view key, std::string what);

  const CfgSection& section() const { return *section_; }
  const std::optional<Error>& error() const { return error_; }

 private:
  const CfgEntry* find(std::string_view key) const;
  const std::string* file_;
  const CfgSection* section_;
  std::optional<Error> error_;
};

}  // namespace nightjar
