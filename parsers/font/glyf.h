// The tables 'loca' and 'glyf': outlines of quadratic curves.
#pragma once

#include <optional>
#include <string_view>

#include "parsers/font/outline.h"

namespace nightjar {

class GlyfOutlines {
 public:
  GlyfOutlines() = default;
  GlyfOutlines(std::string_view loca, std::string_view glyf, int glyphs, bool long_offsets)
      : loca_(loca), glyf_(glyf), glyphs_(glyphs), long_offsets_(long_offsets) {}

  // How many glyphs `loca` has room for, and the first whose bytes do not lie in `glyf`; none where all do.
  int room() const;
  std::optional<int> first_outside() const;

  std::optional<Outline> outline(int glyph) const;

 private:
  class Reader;
  std::size_t offset(int glyph) const;
  std::optional<std::string_view> bytes_of(int glyph) const;

  std::string_view loca_, glyf_;
  int glyphs_ = 0;
  bool long_offsets_ = false;
};

}  // namespace nightjar
