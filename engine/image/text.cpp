// Accents are united with their letter where Unicode has a character for both; others are centred on it, each
// beyond the one before.
#include "engine/image/text.h"

#include <algorithm>
#include <cmath>

#include "engine/detect/utf8.h"
#include "engine/image/compose.h"
#include "engine/image/letters.h"

namespace nightjar {
namespace {

constexpr char32_t unknown = 0xfffd;
constexpr std::size_t most_marks = 8;  // on one letter

// The character that `text` begins with, taken off it.
char32_t take_character(std::string_view& text) {
  const std::size_t length = utf8_length(text);
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  char32_t character = unknown;
  if (length == 1 && byte(0) != 0) character = byte(0);
  if (length > 1) {
    character = byte(0) & (0xffu >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) character = character << 6 | (byte(i) & 0x3f);
  }
  text.remove_prefix(std::max<std::size_t>(1, length));
  return character;
}

struct CharacterRange {
  char32_t first, last;
};

template <std::size_t n>
bool within(char32_t character, const CharacterRange (&ranges)[n]) {
  return std::any_of(std::begin(ranges), std::end(ranges), [&](const CharacterRange& range) {
    return character >= range.first && character <= range.last;
  });
}

// Marks that belong on the letter in front of them, in scripts that need no more than that.
bool is_mark(char32_t c) {
  constexpr CharacterRange marks[] = {{0x300, 0x36f},   {0x483, 0x489},   {0x1ab0, 0x1aff},
                                      {0x1dc0, 0x1dff}, {0x20d0, 0x20f0}, {0xfe20, 0xfe2f}};
  return within(c, marks);
}

// They say how to set what is around them, or how wide: joiners, directions, variations, the soft hyphen.
bool is_invisible(char32_t c) {
  constexpr CharacterRange invisible[] = {{0xad, 0xad},     {0x34f, 0x34f},   {0x200b, 0x200f},
                                          {0x202a, 0x202e}, {0x2060, 0x2064}, {0x2066, 0x2069},
                                          {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}};
  return within(c, invisible);
}

bool is_space(char32_t c) {
  constexpr CharacterRange spaces[] = {
      {0xa0, 0xa0}, {0x2000, 0x200a}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000}};
  return within(c, spaces);
}

class TextSetter {
 public:
  TextSetter(const Letters& letters, int size) : letters_(letters), size_(size) {}

  int width() const { return static_cast<int>(std::ceil(pen_ * pixels())); }

  void add(char32_t character) {
    flush();
    letter_ = character;
  }

  void add_mark(char32_t mark) {
    if (const char32_t both = letter_ && marks_.empty() ? composed(letter_, mark) : 0; both && known(both)) {
      letter_ = both;
    } else if (letter_ == 0) {
      letter_ = mark;  // it has no letter to stand on
    } else if (marks_.size() < most_marks) {
      marks_.push_back(mark);
    }
  }

  // Sets the letter that might still have got marks.
  void flush() {
    if (letter_ == 0) return;
    const Letters::Glyph glyph = find(letter_);
    const Face& face = letters_.face(glyph);
    set(glyph, pen_, 0);
    if (!marks_.empty()) set_marks(face.extent(glyph.index));
    pen_ += face.advance(glyph.index);
    letter_ = 0;
    marks_.clear();
  }

  std::vector<PlacedGlyph> glyphs;

 private:
  float pixels() const { return static_cast<float>(size_); }
  bool known(char32_t character) const { return letters_.find(character).index != 0; }

  // A letter that no face has with its accent is set without it.
  Letters::Glyph find(char32_t character) const {
    if (is_space(character) && !known(character)) character = U' ';
    for (char32_t plain = character; plain != 0; plain = without_accent(plain)) {
      if (known(plain)) return letters_.find(plain);
    }
    return letters_.find(character);
  }

  void set_marks(GlyphExtent cluster) {
    constexpr float gap = .09f, high = .6f, low = .05f;
    for (const char32_t mark : marks_) {
      const Letters::Glyph glyph = letters_.find(mark);
      if (glyph.index == 0) continue;
      const GlyphExtent ink = letters_.face(glyph).extent(glyph.index);
      float up = 0;
      if (ink.bottom >= high) up = std::max(0.f, cluster.top + gap - ink.bottom);
      if (ink.top <= low) up = std::min(0.f, cluster.bottom - gap - ink.top);
      const float centre = (cluster.left + cluster.right) / 2, own_centre = (ink.left + ink.right) / 2;
      set(glyph, pen_ + centre - own_centre, up);
      cluster.top = std::max(cluster.top, ink.top + up);
      cluster.bottom = std::min(cluster.bottom, ink.bottom + up);
    }
  }

  void set(const Letters::Glyph& glyph, float x, float up) {
    const int quarters = static_cast<int>(std::lround(x * pixels() * 4));
    const int whole = quarters >> 2, rest = quarters & 3;
    auto image = letters_.image(glyph, size_, rest);
    if (image->coverage.empty()) return;
    glyphs.push_back({std::move(image), whole, -static_cast<int>(std::lround(up * pixels()))});
  }

  const Letters& letters_;
  int size_;
  float pen_ = 0;        // in heights of a capital
  char32_t letter_ = 0;  // 0: none waits
  std::vector<char32_t> marks_;
};

}  // namespace

TextLine set_text(const Typeface& typeface, std::string_view text, int size, int most) {
  TextSetter setter(typeface.letters(), size);
  while (!text.empty() && setter.width() <= most) {
    const char32_t character = take_character(text);
    if (is_invisible(character)) continue;
    if (is_mark(character)) {
      setter.add_mark(character);
    } else {
      setter.add(character);
    }
  }
  setter.flush();
  return {std::move(setter.glyphs), setter.width()};
}

}  // namespace nightjar
