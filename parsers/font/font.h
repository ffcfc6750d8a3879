// TrueType and OpenType files: which glyph shows a character, how wide it is, and its outline.
//
// Font files come from users, so every read is checked here, and what a glyph may cost is bounded; nobody
// else sees the bytes. Not read: hints, kerning, substitution and placement tables, variations, bitmaps,
// colours.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "parsers/font/cff.h"
#include "parsers/font/character_map.h"
#include "parsers/font/glyf.h"
#include "parsers/font/outline.h"
#include "parsers/result.h"

namespace nightjar {

inline constexpr std::int64_t max_font_bytes = std::int64_t{128} << 20;

class Font {
 public:
  int glyph_of(char32_t character) const;  // 0 where the font has none
  int units_per_em() const { return units_per_em_; }
  float advance(int glyph) const;  // to the next glyph's place, in units
  // In units, y upwards from the baseline; empty for a blank. Nothing where the glyph is damaged.
  std::optional<Outline> outline(int glyph) const;

 private:
  friend class FontParser;
  std::shared_ptr<const std::string> bytes_;  // what all views here look into
  int glyphs_ = 0, units_per_em_ = 0, advances_ = 0;
  std::string_view hmtx_;
  CharacterMap characters_;
  std::variant<GlyfOutlines, CffOutlines> outlines_;
};

// Of a collection (.ttc), the first font. Errors: malformed, with the table that does not hold together;
// `file` is named.
Result<Font> parse_font(std::string bytes, const std::string& file);

}  // namespace nightjar
