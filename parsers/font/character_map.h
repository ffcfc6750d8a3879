// The table 'cmap': characters -> glyphs.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace nightjar {

class CharacterMap {
 public:
  // Of the maps in the table, the largest of Unicode characters in format 12 or 4. Nothing where there is
  // none, or where its ranges reach beyond the table or lie in no order.
  static std::optional<CharacterMap> read(std::string_view cmap);

  std::uint32_t glyph_of(char32_t character) const;  // 0 where there is none

 private:
  struct Range {
    std::uint32_t first, last;  // characters
    std::uint32_t delta;        // what is added to get the glyph, in 16 bits
    std::size_t array;          // where the ranges' glyphs are listed; 0: the character itself is added to
  };

  bool read_segments(std::string_view map);  // format 4
  bool read_groups(std::string_view map);    // format 12
  bool add(const Range& range);

  std::string_view map_;
  std::vector<Range> ranges_;  // ascending
};

}  // namespace nightjar
