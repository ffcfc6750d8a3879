// OpenType specification, 'cmap'.
#include "parsers/font/character_map.h"

#include <algorithm>

#include "parsers/font/bytes.h"

namespace nightjar {
namespace {

// How much of Unicode a map is for, by platform and encoding; 0: another character set.
int rank(unsigned platform, unsigned encoding) {
  if (platform == 3) return encoding == 10 ? 2 : encoding == 1 ? 1 : 0;
  if (platform == 0) return encoding == 4 || encoding == 6 ? 2 : encoding <= 3 ? 1 : 0;
  return 0;
}

}  // namespace

std::optional<CharacterMap> CharacterMap::read(std::string_view cmap) {
  CharacterMap best;
  int best_rank = 0;
  const unsigned count = u16_at(cmap, 2);
  for (unsigned i = 0; i < count && holds(cmap, 4 + 8 * i, 8); ++i) {
    const std::size_t record = 4 + 8 * i, at = u32_at(cmap, record + 4);
    const int found = rank(u16_at(cmap, record), u16_at(cmap, record + 2));
    if (found <= best_rank || !holds(cmap, at, 2)) continue;
    CharacterMap candidate;
    candidate.map_ = cmap.substr(at);
    const unsigned format = u16_at(cmap, at);
    const bool sound = format == 12  ? candidate.read_groups(candidate.map_)
                       : format == 4 ? candidate.read_segments(candidate.map_)
                                     : false;
    if (!sound) continue;
    best = std::move(candidate);
    best_rank = found;
  }
  if (best_rank == 0) return {};
  return best;
}

bool CharacterMap::read_segments(std::string_view map) {
  const std::size_t bytes = u16_at(map, 6) & ~1u;  // of each of the arrays: last, first, delta, range offset
  const std::size_t last = 14, first = last + bytes + 2, delta = first + bytes, offset = delta + bytes;
  if (!holds(map, offset, bytes)) return false;
  for (std::size_t i = 0; i < bytes; i += 2) {
    const std::size_t from_here = u16_at(map, offset + i);
    const bool unmapped = from_here == 0xffff;  // seen in published fonts, in the closing segment
    if (unmapped || u16_at(map, first + i) == 0xffff) continue;
    if (!add({u16_at(map, first + i), u16_at(map, last + i), u16_at(map, delta + i),
              from_here ? offset + i + from_here : 0})) {
      return false;
    }
  }
  return true;
}

bool CharacterMap::read_groups(std::string_view map) {
  const std::size_t groups = u32_at(map, 12), head = 16, width = 12;
  if (groups > map.size() / width || !holds(map, head, groups * width)) return false;
  for (std::size_t at = head; at < head + groups * width; at += width) {
    const std::uint32_t first = u32_at(map, at);
    if (!add({first, u32_at(map, at + 4), u32_at(map, at + 8) - first, 0})) return false;
  }
  return true;
}

bool CharacterMap::add(const Range& range) {
  if (range.first > range.last || (!ranges_.empty() && range.first <= ranges_.back().last)) return false;
  ranges_.push_back(range);
  return true;
}

std::uint32_t CharacterMap::glyph_of(char32_t character) const {
  const auto range = std::lower_bound(ranges_.begin(), ranges_.end(), character,
                                      [](const Range& r, char32_t c) { return r.last < c; });
  if (range == ranges_.end() || character < range->first) return 0;
  if (range->array == 0) return (character + range->delta) & 0xffff;
  const unsigned glyph = u16_at(map_, range->array + 2 * (character - range->first));
  return glyph == 0 ? 0 : (glyph + range->delta) & 0xffff;
}

}  // namespace nightjar
