// The table 'CFF ': outlines of cubic curves, as programs ("charstrings").
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "parsers/font/outline.h"

namespace nightjar {

// CFF's list of byte strings. One that does not lie in the table is empty.
class CffIndex {
 public:
  CffIndex() = default;
  static std::optional<CffIndex> read(std::string_view cff, std::size_t at);

  int size() const { return count_; }
  std::size_t end() const { return end_; }  // where in the table it ends
  std::string_view operator[](int i) const;

 private:
  std::size_t offset(int i) const;

  std::string_view cff_;
  int count_ = 0;
  std::size_t offsets_ = 0, offset_width_ = 1, end_ = 0;
};

class CffOutlines {
 public:
  CffOutlines() = default;
  static std::optional<CffOutlines> read(std::string_view cff);

  int glyphs() const { return charstrings_.size(); }
  std::optional<Outline> outline(int glyph) const;

 private:
  bool read_fonts(std::size_t array, std::size_t select);
  bool select_sound() const;
  std::size_t font_of(int glyph) const;

  std::string_view cff_, select_;
  CffIndex charstrings_, global_subroutines_;
  std::vector<CffIndex> subroutines_;  // of each font that this one is made of; of one where it is not
};

}  // namespace nightjar
