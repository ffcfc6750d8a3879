// Adobe Technical Note 5176, "The Compact Font Format Specification".
#include "parsers/font/cff.h"

#include <algorithm>
#include <map>

#include "parsers/font/bytes.h"
#include "parsers/font/charstring.h"

namespace nightjar {
namespace {

// Operators of dictionaries; those of two bytes behind an escape have 12 << 8 added.
constexpr int op_charstrings = 17, op_private = 18, op_subroutines = 19;
constexpr int op_type = 12 << 8 | 6, op_font_array = 12 << 8 | 36, op_font_select = 12 << 8 | 37;

using Dictionary = std::map<int, std::vector<int>>;

// Real numbers count as 0: nothing that is read here is one.
int read_real(FontCursor& cursor) {
  while (!cursor.failed() && (cursor.u8() & 15) != 15) {
  }
  return 0;
}

Dictionary read_dictionary(std::string_view bytes) {
  Dictionary dictionary;
  std::vector<int> operands;
  for (FontCursor cursor(bytes); !cursor.at_end();) {
    const int b = static_cast<int>(cursor.u8());
    const auto next = [&] { return static_cast<int>(cursor.u8()); };
    if (b <= 21) {
      dictionary[b == 12 ? 12 << 8 | next() : b] = std::move(operands);
      operands.clear();
    } else if (b == 28) {
      operands.push_back(cursor.i16());
    } else if (b == 29) {
      operands.push_back(cursor.i32());
    } else if (b == 30) {
      operands.push_back(read_real(cursor));
    } else if (b >= 32 && b <= 246) {
      operands.push_back(b - 139);
    } else if (b >= 247 && b <= 254) {
      operands.push_back(b <= 250 ? (b - 247) * 256 + next() + 108 : -(b - 251) * 256 - next() - 108);
    }
  }
  return dictionary;
}

// Operand `i` of an entry, as a place or length; 0 where there is none or it is negative.
std::size_t number(const Dictionary& dictionary, int key, std::size_t i = 0) {
  const auto found = dictionary.find(key);
  if (found == dictionary.end() || i >= found->second.size()) return 0;
  return static_cast<std::size_t>(std::max(0, found->second[i]));
}

// The subroutines that the private dictionary of `dictionary` names; none is well.
CffIndex subroutines_of(std::string_view cff, const Dictionary& dictionary) {
  const std::size_t length = number(dictionary, op_private, 0), at = number(dictionary, op_private, 1);
  if (!holds(cff, at, length)) return {};
  const std::size_t offset = number(read_dictionary(cff.substr(at, length)), op_subroutines);
  return offset == 0 ? CffIndex() : CffIndex::read(cff, at + offset).value_or(CffIndex());
}

}  // namespace

std::optional<CffIndex> CffIndex::read(std::string_view cff, std::size_t at) {
  CffIndex index;
  if (!holds(cff, at, 2)) return {};
  index.cff_ = cff;
  index.count_ = u16_at(cff, at);
  index.end_ = at + 2;
  if (index.count_ == 0) return index;
  index.offset_width_ = unsigned_at(cff, at + 2, 1);
  index.offsets_ = at + 3;
  const std::size_t bytes = (static_cast<std::size_t>(index.count_) + 1) * index.offset_width_;
  if (index.offset_width_ < 1 || index.offset_width_ > 4 || !holds(cff, index.offsets_, bytes)) return {};
  index.end_ = index.offset(index.count_);
  if (index.end_ > cff.size()) return {};
  return index;
}

// Offsets count from the byte in front of the first string.
std::size_t CffIndex::offset(int i) const {
  const std::size_t base = offsets_ + (static_cast<std::size_t>(count_) + 1) * offset_width_ - 1;
  return base + unsigned_at(cff_, offsets_ + static_cast<std::size_t>(i) * offset_width_, offset_width_);
}

std::string_view CffIndex::operator[](int i) const {
  if (i < 0 || i >= count_) return {};
  const std::size_t begin = offset(i), end = offset(i + 1);
  return begin <= end && end <= cff_.size() ? cff_.substr(begin, end - begin) : std::string_view();
}

std::optional<CffOutlines> CffOutlines::read(std::string_view cff) {
  CffOutlines outlines;
  outlines.cff_ = cff;
  if (cff.size() < 4 || unsigned_at(cff, 0, 1) != 1) return {};
  const auto names = CffIndex::read(cff, unsigned_at(cff, 2, 1));
  const auto fonts = names ? CffIndex::read(cff, names->end()) : std::nullopt;
  const auto strings = fonts ? CffIndex::read(cff, fonts->end()) : std::nullopt;
  const auto global = strings ? CffIndex::read(cff, strings->end()) : std::nullopt;
  if (!global) return {};
  outlines.global_subroutines_ = *global;
  const Dictionary top = read_dictionary((*fonts)[0]);
  const auto charstrings = CffIndex::read(cff, number(top, op_charstrings));
  const bool type_2 = !top.contains(op_type) || number(top, op_type) == 2;
  if (!charstrings || number(top, op_charstrings) == 0 || !type_2) return {};
  outlines.charstrings_ = *charstrings;
  if (!top.contains(op_font_array)) {
    outlines.subroutines_.push_back(subroutines_of(cff, top));
  } else if (!outlines.read_fonts(number(top, op_font_array), number(top, op_font_select))) {
    return {};
  }
  return outlines;
}

// A font of many thousand glyphs is made of several, which have subroutines of their own.
bool CffOutlines::read_fonts(std::size_t array, std::size_t select) {
  const auto fonts = CffIndex::read(cff_, array);
  if (!fonts || fonts->size() == 0 || select >= cff_.size()) return false;
  for (int i = 0; i < fonts->size(); ++i)
    subroutines_.push_back(subroutines_of(cff_, read_dictionary((*fonts)[i])));
  select_ = cff_.substr(select);
  return select_sound();
}

bool CffOutlines::select_sound() const {
  const unsigned format = unsigned_at(select_, 0, 1);
  const auto count = static_cast<std::size_t>(glyphs());
  return (format == 0 && holds(select_, 1, count)) ||
         (format == 3 && holds(select_, 3, 3 * std::size_t{u16_at(select_, 1)} + 2));
}

// FDSelect: a byte a glyph, or ascending ranges {first glyph, font}.
std::size_t CffOutlines::font_of(int glyph) const {
  if (select_.empty()) return 0;
  if (select_[0] == 0) return unsigned_at(select_, 1 + static_cast<std::size_t>(glyph), 1);
  std::size_t low = 0, high = u16_at(select_, 1);
  while (high - low > 1) {
    const std::size_t middle = (low + high) / 2;
    (u16_at(select_, 3 + 3 * middle) <= glyph ? low : high) = middle;
  }
  return unsigned_at(select_, 3 + 3 * low + 2, 1);
}

std::optional<Outline> CffOutlines::outline(int glyph) const {
  const std::size_t font = font_of(glyph);
  if (glyph < 0 || glyph >= glyphs() || font >= subroutines_.size()) return {};
  return run_charstring(charstrings_[glyph], global_subroutines_, subroutines_[font]);
}

}  // namespace nightjar
