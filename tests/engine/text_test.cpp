// Letters: nightjar's own, those of a font file, and what becomes of characters that a font has not.
#include "engine/image/text.h"

#include <algorithm>
#include <iostream>
#include <numeric>

#include "engine/image/fill_outline.h"
#include "engine/image/letters.h"
#include "engine/image/strokes.h"
#include "tests/catch.h"
#include "tests/parsers/files.h"

using namespace nightjar;

namespace {

constexpr int size = 12, endless = 10000;

TextLine line_of(const Typeface& typeface, const std::string& text) {
  return set_text(typeface, text, size, endless);
}

Typeface tiny(const std::string& name = "tiny.ttf") {
  auto typeface = Typeface::parse(fixture("good/" + name), name);
  REQUIRE(typeface);
  return *typeface;
}

bool same(const GlyphImage& a, const GlyphImage& b) {
  return a.left == b.left && a.top == b.top && a.width == b.width && a.coverage == b.coverage;
}

bool same(const TextLine& a, const TextLine& b) {
  return a.width == b.width && std::equal(a.glyphs.begin(), a.glyphs.end(), b.glyphs.begin(), b.glyphs.end(),
                                          [](const PlacedGlyph& x, const PlacedGlyph& y) {
                                            return x.x == y.x && x.y == y.y && same(*x.image, *y.image);
                                          });
}

// What one character looks like at the beginning of a line.
GlyphImage image_of(const Typeface& typeface, const std::string& character) {
  const TextLine line = line_of(typeface, character);
  REQUIRE(line.glyphs.size() == 1);
  return *line.glyphs[0].image;
}

// The columns and rows with any ink, from where the line begins.
struct Ink {
  int left, top, right, bottom;
};

Ink ink_of(const PlacedGlyph& glyph) {
  Ink ink{1000, 1000, -1000, -1000};
  const GlyphImage& image = *glyph.image;
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      if (image.coverage[static_cast<std::size_t>(y * image.width + x)] < 32) continue;
      const int column = glyph.x + image.left + x, row = glyph.y + image.top + y;
      ink = {std::min(ink.left, column), std::min(ink.top, row), std::max(ink.right, column + 1),
             std::max(ink.bottom, row + 1)};
    }
  }
  return ink;
}

const std::string bell = "\x07";  // nobody has it

bool has_dejavu() {
  if (Typeface().letters().find(U'\u0416').index != 0) return true;
  std::cout << "SKIPPED: needs DejaVu Sans (fonts-dejavu-core)\n";
  return false;
}

std::vector<std::string> characters(const std::string& text) {
  std::vector<std::string> each;
  for (const char c : text) {
    if ((c & 0xc0) != 0x80) each.emplace_back();
    each.back() += c;
  }
  return each;
}

}  // namespace

TEST_CASE("every printable character has a shape of its own, inside the line") {
  std::vector<std::vector<float>> shapes;
  for (char32_t c = U'!'; c <= U'~'; ++c) {
    const StrokeGlyph& glyph = stroke_glyph(c);
    CHECK(!glyph.segments.empty());
    std::vector<float> shape;
    for (const Segment& s : glyph.segments) {
      shape.insert(shape.end(), {s.x0, s.y0, s.x1, s.y1});
      CHECK(std::min({s.x0, s.x1, s.y0, s.y1}) >= 0);
      CHECK(std::max(s.x0, s.x1) <= glyph.width);
      CHECK(std::max(s.y0, s.y1) <= cap_height + descent);
    }
    CHECK(std::find(shapes.begin(), shapes.end(), shape) == shapes.end());
    shapes.push_back(shape);
  }
  CHECK(stroke_glyph(U' ').segments.empty());
}

TEST_CASE("without a font Latin names are drawn, without their accents, and the rest as frames") {
  const Typeface own = Typeface::own();
  CHECK(line_of(own, "").glyphs.empty());
  CHECK(line_of(own, "").width == 0);
  CHECK(line_of(own, "ii").width < line_of(own, "mm").width);
  CHECK(same(line_of(own, "\u00e9l\u00e8ve"), line_of(own, "eleve")));
  CHECK(same(line_of(own, "k\u016f\u0148"), line_of(own, "kun")));
  CHECK(same(line_of(own, "e\u0301"), line_of(own, "e")));
  CHECK(same(image_of(own, "\u0416"), image_of(own, bell)));
  CHECK_FALSE(same(image_of(own, "A"), image_of(own, bell)));
  CHECK(line_of(own, "\xff\xfe\x1b").glyphs.size() == 3);
  CHECK(line_of(own, std::string("a\0b", 3)).glyphs.size() == 3);
}

TEST_CASE("accented Latin, Cyrillic and Greek letters look like nothing else") {
  if (!has_dejavu()) return;
  const Typeface dejavu;
  const GlyphImage missing = image_of(dejavu, bell);
  std::vector<GlyphImage> seen;
  for (const std::string& character :
       characters("\u00e9\u00c5\u010d\u011f\u00f1\u00f8\u00df\u0142\u0153\u1ec7"
                  "\u0416\u0429\u042b\u0419\u0439\u0451\u0457"
                  "\u03a9\u03ac\u03ce\u0398\u03be\u1f85eaon")) {
    const GlyphImage image = image_of(dejavu, character);
    CAPTURE(character);
    CHECK_FALSE(same(image, missing));
    CHECK(
        std::none_of(seen.begin(), seen.end(), [&](const GlyphImage& other) { return same(image, other); }));
    seen.push_back(image);
  }
}

TEST_CASE("a letter and a combining accent are the accented letter") {
  if (!has_dejavu()) return;
  const Typeface dejavu;
  CHECK(same(line_of(dejavu, "e\u0301le\u0300ve"), line_of(dejavu, "\u00e9l\u00e8ve")));
  CHECK(same(line_of(dejavu, "\u0438\u0306"), line_of(dejavu, "\u0439")));
  CHECK(same(line_of(dejavu, "\u03b1\u0301\u03c5"), line_of(dejavu, "\u03ac\u03c5")));
  CHECK(same(line_of(dejavu, "e\u0323\u0302"), line_of(dejavu, "\u1ec7")));
}

TEST_CASE("an accent that makes no character of its own lies over its letter, above or below") {
  if (!has_dejavu()) return;
  const Typeface dejavu;
  for (const std::string letter : {"\u0436", "\u0416", "q"}) {
    const TextLine line = line_of(dejavu, letter + "\u0301");
    REQUIRE(line.glyphs.size() == 2);
    CHECK(line.width == line_of(dejavu, letter).width);
    const Ink body = ink_of(line.glyphs[0]), accent = ink_of(line.glyphs[1]);
    CHECK(accent.bottom <= body.top + 1);
    CHECK(accent.bottom >= body.top - 3);
    CHECK(std::abs(accent.left + accent.right - body.left - body.right) <= 3);
  }
  const TextLine twice = line_of(dejavu, "\u0436\u0301\u0301");
  REQUIRE(twice.glyphs.size() == 3);
  CHECK(ink_of(twice.glyphs[2]).bottom <= ink_of(twice.glyphs[1]).top + 1);
  const TextLine below = line_of(dejavu, "\u0436\u0323");
  REQUIRE(below.glyphs.size() == 2);
  CHECK(ink_of(below.glyphs[1]).top >= 0);
}

TEST_CASE("what says how to set text is not seen, and every space is a space") {
  const Typeface own = Typeface::own();
  CHECK(same(line_of(own, "a\u200db\ufe0f"), line_of(own, "ab")));
  CHECK(same(line_of(own, "a\u00a0b"), line_of(own, "a b")));
}

TEST_CASE("a font's capitals and small letters end on whole pixels") {
  // H is 500 of 700 wide, x is 500 of 700 high: 8.57 pixels of 12, and 9 when put right.
  const GlyphImage h = image_of(tiny(), "H"), x = image_of(tiny(), "x");
  CHECK(h.top == -size);
  CHECK(x.top == -9);
  for (int row = 0; row < size; ++row) {
    for (int column = 0; column < 8; ++column)
      CHECK(h.coverage[static_cast<std::size_t>(row * h.width + column)] == 255);
    CHECK(h.coverage[static_cast<std::size_t>(row * h.width + 8)] == Approx(.571 * 255).margin(2));
  }
}

TEST_CASE("what a font lacks, other faces have") {
  const Typeface font = tiny();
  CHECK(same(image_of(font, "G"), image_of(Typeface(), "G")));
  CHECK_FALSE(same(image_of(font, "H"), image_of(Typeface(), "H")));
  CHECK(same(image_of(font, bell), image_of(Typeface::own(), bell)));
}

TEST_CASE("a glyph that is damaged is a frame") {
  const std::string name = GENERATE("endless-part.ttf", "missing-part.ttf", "cut-glyph.ttf");
  CHECK(same(image_of(tiny(name), "\u00e9"), image_of(Typeface::own(), bell)));
  CHECK(same(image_of(tiny(name), "H"), image_of(tiny(), "H")));
}

TEST_CASE("a font that cannot be read is an error in one line") {
  const auto absent = Typeface::load("no/such.ttf");
  REQUIRE_FALSE(absent);
  CHECK(absent.error().kind == Failure::cannot_read);
  check_wording(absent.error(), "no/such.ttf");
  for (const std::string name : {"cut.ttf", "table-beyond-end.ttf", "many-glyphs.ttf"})
    check_refused(Typeface::parse(fixture("bad/" + name), name), Failure::malformed, "damaged font", name);
}

TEST_CASE("a line ends where it is wider than it may be") {
  const Typeface own = Typeface::own();
  const TextLine line = set_text(own, std::string(100000, 'm'), size, 100);
  CHECK(line.width > 100);
  CHECK(line.width < 130);
  std::string marks = "e";
  for (int i = 0; i < 10000; ++i) marks += "\u0331\u0301";
  CHECK(line_of(Typeface(), marks).glyphs.size() < 12);
}

TEST_CASE("a glyph is drawn once for a size and a place in the pixel") {
  const Typeface own = Typeface::own();
  const Letters::Glyph a = own.letters().find(U'a');
  const auto first = own.letters().image(a, size, 1);
  CHECK(own.letters().image(a, size, 1) == first);
  CHECK(own.letters().image(a, size, 2) != first);
  CHECK(own.letters().image(a, size + 1, 1) != first);
  // When too many are kept they are dropped; who holds one keeps it.
  const GlyphImage copy = *first;
  for (int large = 220; large < 240; ++large) {
    for (char32_t c = U'A'; c <= U'Z'; ++c) own.letters().image(own.letters().find(c), large, 0);
  }
  CHECK(same(*first, copy));
  CHECK(same(*own.letters().image(a, size, 1), copy));
  CHECK(own.letters().image(a, size, 1) != first);
}

TEST_CASE("an outline covers as much as it encloses") {
  using Kind = OutlineStep::Kind;
  const auto covered = [](const Outline& outline) {
    const auto image = fill_outline(outline);
    REQUIRE(image);
    return std::accumulate(image->coverage.begin(), image->coverage.end(), 0) / 255.;
  };
  CHECK(covered({}) == 0);
  CHECK(covered({{Kind::move, {.5f, .25f}}, {Kind::line, {10.5f, .25f}}, {Kind::line, {.5f, 8.25f}}}) ==
        Approx(40).margin(.3));
  // Under a parabola lie two thirds, under this cubic three fifths.
  CHECK(covered({{Kind::move, {0, 0}}, {Kind::quadratic, {12, 0}, {6, 12}}}) == Approx(48).margin(.5));
  CHECK(covered({{Kind::move, {0, 0}}, {Kind::cubic, {10, 0}, {0, 10}, {10, 10}}}) == Approx(60).margin(.5));
  CHECK_FALSE(fill_outline({{Kind::move, {0, 0}}, {Kind::line, {600, 0}}, {Kind::line, {0, 600}}}));
}
