// Pictures in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nightjar {

// 8-bit pixels, rows from the top, channels interleaved: pixels[(y*width + x)*channels + c]. Three channels
// are R, G, B.
struct Image {
  int width = 0, height = 0, channels = 3;
  std::vector<std::uint8_t> pixels;
};

// Somebody else's pixels, wherever they lie: value (x, y, c) is at first + y*row + x*column + c*channel. The
// steps are in bytes and may be negative, as that of channels is where B comes before G and R. All values lie
// in one block of memory, and what is between them is part of it.
struct PictureView {
  enum class Element : std::uint8_t { byte, real };  // 0..255; floats 0..1

  const std::byte* first = nullptr;
  int width = 0, height = 0, channels = 3;
  Element element = Element::byte;
  std::ptrdiff_t row = 0, column = 0, channel = 0;

  PictureView() = default;
  PictureView(const Image& image)
      : first(reinterpret_cast<const std::byte*>(image.pixels.data())),
        width(image.width),
        height(image.height),
        channels(image.channels),
        row(std::ptrdiff_t{image.width} * image.channels),
        column(image.channels),
        channel(1) {}

  const std::byte* at(int x, int y, int c) const { return first + y * row + x * column + c * channel; }
};

}  // namespace nightjar
