// The table of RFC 3629, section 4: the first byte says how many follow and what the second may be.
#include "engine/detect/utf8.h"

namespace nightjar {
namespace {

struct Sequence {
  unsigned char first_low, first_high, second_low, second_high;
  std::size_t length;
};

constexpr Sequence sequences[] = {
    {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
    {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
    {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
};

}  // namespace

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return 1;
  for (const Sequence& s : sequences) {
    if (byte(0) < s.first_low || byte(0) > s.first_high) continue;
    if (text.size() < s.length || byte(1) < s.second_low || byte(1) > s.second_high) return 0;
    for (std::size_t i = 2; i < s.length; ++i) {
      if ((byte(i) & 0xc0) != 0x80) return 0;
    }
    return s.length;
  }
  return 0;
}

}  // namespace nightjar
