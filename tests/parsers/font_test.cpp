// Fonts: what tests/fixtures/make_fonts.py says of them, and one clear line for each that is damaged.
#include "parsers/font/font.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "tests/parsers/files.h"

using namespace nightjar;

namespace {

Result<Font> read_font(const std::string& name) {
  return parse_font(fixture(name), name);
}

// Left, bottom, right, top of the points on the curve.
std::array<float, 4> extent(const Outline& outline) {
  std::array<float, 4> e{1e9f, 1e9f, -1e9f, -1e9f};
  for (const OutlineStep& step : outline) {
    e = {std::min(e[0], step.to.x), std::min(e[1], step.to.y), std::max(e[2], step.to.x),
         std::max(e[3], step.to.y)};
  }
  return e;
}

// By the polygon of the points on the curve.
float area(const Outline& outline) {
  float sum = 0;
  OutlinePoint last{}, first{};
  for (const OutlineStep& step : outline) {
    if (step.kind == OutlineStep::Kind::move) {
      sum += last.x * first.y - first.x * last.y;
      first = last = step.to;
    }
    sum += last.x * step.to.y - step.to.x * last.y;
    last = step.to;
  }
  return std::abs(sum + last.x * first.y - first.x * last.y) / 2;
}

int curves(const Outline& outline) {
  return static_cast<int>(std::count_if(outline.begin(), outline.end(), [](const OutlineStep& step) {
    return step.kind == OutlineStep::Kind::quadratic || step.kind == OutlineStep::Kind::cubic;
  }));
}

constexpr std::array<float, 4> h_box{0, 0, 500, 700}, x_box{0, 0, 500, 500};

}  // namespace

TEST_CASE("fonts of every kind have the glyphs that were put into them") {
  const std::string name = GENERATE("tiny.ttf", "tiny.ttc", "tiny.otf", "tiny-cid.otf");
  CAPTURE(name);
  const auto font = read_font("good/" + name);
  REQUIRE(font);
  CHECK(font->units_per_em() == 1000);
  CHECK(font->glyph_of(U'H') == 1);
  CHECK(font->glyph_of(U'x') == 2);
  CHECK(font->glyph_of(U'\u00e9') == 4);
  CHECK(font->glyph_of(U'\U0001f600') == 1);
  for (const char32_t absent : {U'\0', U'G', U'I', U'\u00ea', U'\uffff', U'\U0001f601', U'\U0010ffff'})
    CHECK(font->glyph_of(absent) == 0);
  CHECK(font->advance(0) == 400);
  CHECK(font->advance(1) == 600);
  CHECK(font->advance(4) == 600);  // as the last that is stated

  const auto box = font->outline(1), round = font->outline(2), acute = font->outline(3);
  REQUIRE((box && round && acute));
  CHECK(extent(*box) == h_box);
  CHECK(area(*box) == 500 * 700);
  CHECK(curves(*box) == 0);
  CHECK(curves(*round) == 4);
  CHECK(extent(*round) == x_box);
  CHECK(extent(*acute) == std::array{200.f, 550.f, 300.f, 650.f});
  CHECK_FALSE(font->outline(5));
  CHECK_FALSE(font->outline(-1));
}

TEST_CASE("a glyph made of others has them in their places") {
  const auto font = read_font("good/tiny.ttf");
  REQUIRE(font);
  const auto both = font->outline(4);
  REQUIRE(both);
  CHECK(both->size() == font->outline(2)->size() + font->outline(3)->size());
  CHECK(extent(*both) == std::array{0.f, 0.f, 500.f, 850.f});
}

TEST_CASE("a damaged glyph is no outline, and the others are as they were") {
  const std::string name = GENERATE("endless-part.ttf", "missing-part.ttf", "cut-glyph.ttf");
  const auto font = read_font("good/" + name);
  REQUIRE(font);
  CHECK_FALSE(font->outline(4));
  REQUIRE(font->outline(1));
  CHECK(extent(*font->outline(1)) == h_box);
}

TEST_CASE("a damaged font is refused with what is wrong") {
  const auto refused = [](const std::string& name, const std::string& part) {
    CAPTURE(name);
    const std::string file = "bad/" + name;
    check_refused(read_font(file), Failure::malformed, part, file);
  };
  refused("cut.ttf", "reaches beyond the file's 524");
  refused("table-beyond-end.ttf", "table 'glyf', 2147483648 bytes from byte 276");
  refused("many-tables.ttf", "directory of 60000 tables");
  refused("many-glyphs.ttf", "65535 glyphs, and places of 5 in table 'loca'");
  refused("many-widths.ttf", "widths of 5 of 5 glyphs in the 14 bytes of table 'hmtx'");
  refused("glyph-outside.ttf", "glyph 4 does not lie in the table 'glyf'");
  refused("no-units.ttf", "0 units per em; 16 to 16384 are allowed");
  refused("many-groups.ttf", "no sound Unicode character map");
  refused("no-map.ttf", "no sound Unicode character map");
  refused("no-outlines.ttf", "no outlines");
  refused("cut.otf", "no sound table 'CFF '");
}

TEST_CASE("what is no font is named") {
  const auto refused = [](const std::string& bytes, const std::string& part) {
    check_refused(parse_font(bytes, "x.ttf"), Failure::malformed, part, "x.ttf");
  };
  refused("", "this is a file of an unknown kind, not a TrueType or OpenType font");
  refused("wOFFwOFFwOFFwOFF", "this is a font for web pages");
  refused("\x89PNG\r\n\x1a\n", "this is a PNG picture");
  refused("<html></html>", "was the download refused?");
}
