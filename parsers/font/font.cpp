// OpenType specification: the table directory, 'head', 'maxp', 'hhea', 'hmtx'.
#include "parsers/font/font.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "parsers/font/bytes.h"
#include "parsers/kind.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

constexpr std::string_view wanted = "a TrueType or OpenType font (.ttf, .otf, .ttc)";

// Sums that have run away: stated coordinates have 16 bits.
bool near(const OutlineStep& step) {
  constexpr float furthest = 65536;
  const auto is_near = [](OutlinePoint p) { return std::abs(p.x) <= furthest && std::abs(p.y) <= furthest; };
  return is_near(step.to) && is_near(step.first_control) && is_near(step.second_control);
}

}  // namespace

class FontParser {
 public:
  FontParser(std::string bytes, const std::string& file) : file_(file) {
    font_.bytes_ = std::make_shared<const std::string>(std::move(bytes));
    bytes_ = *font_.bytes_;
  }

  Result<Font> parse() {
    if (auto found = find_directory(); !found) return found.error();
    if (auto sound = check_directory(); !sound) return sound.error();
    if (auto head = read_head(); !head) return head.error();
    if (auto metrics = read_metrics(); !metrics) return metrics.error();
    if (auto outlines = read_outlines(); !outlines) return outlines.error();
    const auto characters = CharacterMap::read(table("cmap"));
    if (!characters) return broken("no sound Unicode character map in the table 'cmap'");
    font_.characters_ = *characters;
    return std::move(font_);
  }

 private:
  Error broken(const std::string& what) const {
    return malformed(file_, "damaged font, " + what + "; a whole TrueType or OpenType font is needed");
  }

  Result<void> find_directory() {
    const std::string_view magic = bytes_.substr(0, 4);
    if (magic == "ttcf") {
      directory_ = u32_at(bytes_, 12);
      return holds(bytes_, directory_, 12) ? Result<void>() : broken("a collection without a first font");
    }
    using namespace std::literals;
    if (magic == "\0\1\0\0"sv || magic == "true" || magic == "OTTO") return {};
    if (magic == "wOFF" || magic == "wOF2") {
      return malformed(
          file_, not_the_file({"a font for web pages", "use the file that it was made from", false}, wanted));
    }
    const FileKind kind = kind_of(bytes_);
    if (!kind.name.empty()) return malformed(file_, not_the_file(kind, wanted));
    return malformed(file_, not_the_file({"a file of an unknown kind", {}, false}, wanted));
  }

  // Every table lies in the file, whether we read it or not: what does not is cut off.
  Result<void> check_directory() {
    const unsigned tables = u16_at(bytes_, directory_ + 4);
    for (unsigned i = 0; i < tables; ++i) {
      const std::size_t record = directory_ + 12 + 16 * std::size_t{i};
      if (!holds(bytes_, record, 16))
        return broken("its directory of " + std::to_string(tables) + " tables reaches beyond the file's end");
      const std::size_t at = u32_at(bytes_, record + 8), length = u32_at(bytes_, record + 12);
      if (!holds(bytes_, at, length)) {
        return broken("table " + in_quotes(bytes_.substr(record, 4)) + ", " + std::to_string(length) +
                      " bytes from byte " + std::to_string(at) + ", reaches beyond the file's " +
                      std::to_string(bytes_.size()));
      }
    }
    tables_ = tables;
    for (const char* name : {"head", "maxp", "hhea", "hmtx", "cmap"}) {
      if (table(name).empty()) return broken("no table " + in_quotes(name));
    }
    return {};
  }

  std::string_view table(std::string_view name) const {
    for (unsigned i = 0; i < tables_; ++i) {
      const std::size_t record = directory_ + 12 + 16 * std::size_t{i};
      if (bytes_.substr(record, 4) == name)
        return bytes_.substr(u32_at(bytes_, record + 8), u32_at(bytes_, record + 12));
    }
    return {};
  }

  Result<void> read_head() {
    const std::string_view head = table("head");
    constexpr std::uint32_t magic = 0x5f0f3cf5;
    if (head.size() < 54 || u32_at(head, 12) != magic) return broken("no sound table 'head'");
    font_.units_per_em_ = u16_at(head, 18);
    if (font_.units_per_em_ < 16 || font_.units_per_em_ > 16384)
      return broken(std::to_string(font_.units_per_em_) + " units per em; 16 to 16384 are allowed");
    long_offsets_ = u16_at(head, 50) != 0;
    font_.glyphs_ = u16_at(table("maxp"), 4);
    if (font_.glyphs_ == 0) return broken("no glyphs");
    return {};
  }

  Result<void> read_metrics() {
    font_.hmtx_ = table("hmtx");
    font_.advances_ = u16_at(table("hhea"), 34);
    if (font_.advances_ < 1 || font_.advances_ > font_.glyphs_ ||
        !holds(font_.hmtx_, 0, 4 * static_cast<std::size_t>(font_.advances_))) {
      return broken("widths of " + std::to_string(font_.advances_) + " of " + std::to_string(font_.glyphs_) +
                    " glyphs in the " + std::to_string(font_.hmtx_.size()) + " bytes of table 'hmtx'");
    }
    return {};
  }

  Result<void> read_outlines() {
    const std::string_view loca = table("loca"), glyf = table("glyf"), cff = table("CFF ");
    if (!loca.empty() && !glyf.empty()) {
      const GlyfOutlines outlines(loca, glyf, font_.glyphs_, long_offsets_);
      if (outlines.room() < font_.glyphs_) {
        return broken(std::to_string(font_.glyphs_) + " glyphs, and places of " +
                      std::to_string(std::max(0, outlines.room())) + " in table 'loca'");
      }
      if (const auto outside = outlines.first_outside())
        return broken("glyph " + std::to_string(*outside) + " does not lie in the table 'glyf'");
      font_.outlines_ = outlines;
      return {};
    }
    if (cff.empty()) return broken("no outlines (tables 'loca' and 'glyf', or 'CFF ')");
    const auto outlines = CffOutlines::read(cff);
    if (!outlines || outlines->glyphs() < font_.glyphs_) return broken("no sound table 'CFF '");
    font_.outlines_ = *outlines;
    return {};
  }

  Font font_;
  const std::string& file_;
  std::string_view bytes_;
  std::size_t directory_ = 0;
  unsigned tables_ = 0;
  bool long_offsets_ = false;
};

int Font::glyph_of(char32_t character) const {
  const auto glyph = static_cast<int>(characters_.glyph_of(character));
  return glyph < glyphs_ ? glyph : 0;
}

// The glyphs behind the last that has a width of its own are as wide as that.
float Font::advance(int glyph) const {
  const int index = std::clamp(glyph, 0, advances_ - 1);
  return u16_at(hmtx_, 4 * static_cast<std::size_t>(index));
}

std::optional<Outline> Font::outline(int glyph) const {
  auto outline = std::visit([&](const auto& outlines) { return outlines.outline(glyph); }, outlines_);
  if (!outline || !std::all_of(outline->begin(), outline->end(), near)) return {};
  return outline;
}

Result<Font> parse_font(std::string bytes, const std::string& file) {
  return FontParser(std::move(bytes), file).parse();
}

}  // namespace nightjar
