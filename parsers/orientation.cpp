// The first directory of a TIFF file, and the eight ways to turn and mirror.
#include "parsers/orientation.h"

#include <cstring>
#include <utility>

#include "parsers/byte_order.h"

namespace nightjar {
namespace {

template <std::size_t channels>
void turn(const Image& stored, std::size_t first, std::ptrdiff_t right, std::ptrdiff_t down, Image& turned) {
  std::uint8_t* to = turned.pixels.data();
  for (int y = 0; y < turned.height; ++y) {
    const std::uint8_t* from = stored.pixels.data() + first + y * down;
    for (int x = 0; x < turned.width; ++x, to += channels, from += right) std::memcpy(to, from, channels);
  }
}

}  // namespace

int orientation_of(std::string_view tiff) {
  constexpr std::size_t header = 8, entry = 12;
  constexpr std::uint64_t tag = 274, short_type = 3;
  const bool little = tiff.starts_with("II");
  if (tiff.size() < header || !(little || tiff.starts_with("MM"))) return 1;
  const auto read = little ? little_endian : big_endian;
  const std::size_t directory = read(tiff, 4, 4);
  if (directory > tiff.size() - 2) return 1;
  const std::size_t entries = read(tiff, directory, 2);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t at = directory + 2 + i * entry;
    if (at + entry > tiff.size()) return 1;
    if (read(tiff, at, 2) != tag) continue;
    const auto orientation = read(tiff, at + 8, 2);
    const bool sound = read(tiff, at + 2, 2) == short_type && orientation >= 1 && orientation <= 8;
    return sound ? static_cast<int>(orientation) : 1;
  }
  return 1;
}

// The orientation says which side of the stored picture its first row and its first column are meant to be:
// 1 top left, 2 top right, 3 bottom right, 4 bottom left, 5 left top, 6 right top, 7 right bottom, 8 left
// bottom.
Image upright(Image stored, int orientation) {
  if (orientation < 2 || orientation > 8) return stored;
  const bool sideways = orientation >= 5;
  Image turned{
      sideways ? stored.height : stored.width, sideways ? stored.width : stored.height, stored.channels, {}};
  turned.pixels.resize(stored.pixels.size());
  const std::ptrdiff_t pixel = stored.channels, row = pixel * stored.width;
  const bool from_right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool from_bottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  const std::ptrdiff_t along = from_right ? -pixel : pixel, across = from_bottom ? -row : row;
  const std::size_t first = static_cast<std::size_t>((from_right ? row - pixel : 0) +
                                                     (from_bottom ? row * (stored.height - 1) : 0));
  const std::ptrdiff_t right = sideways ? across : along, down = sideways ? along : across;
  stored.channels == 3 ? turn<3>(stored, first, right, down, turned)
                       : turn<1>(stored, first, right, down, turned);
  return turned;
}

}  // namespace nightjar
