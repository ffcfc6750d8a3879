// Any bytes as a font, and all of its glyphs.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "parsers/font/font.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto font = nightjar::parse_font({reinterpret_cast<const char*>(data), size}, "fuzz.ttf");
  if (!font) return 0;
  for (char32_t character = 0; character < 0x500; ++character) {
    const auto outline = font->outline(font->glyph_of(character));
    if (!outline) continue;
    if (outline->size() > nightjar::max_outline_steps) std::abort();
    for (const nightjar::OutlineStep& step : *outline) {
      if (!std::isfinite(step.to.x) || !std::isfinite(step.to.y)) std::abort();
    }
  }
  return 0;
}
