// Pictures in memory.
#pragma once

#include <cstdint>
#include <vector>

namespace nightjar {

// 8-bit pixels, rows from the top, channels interleaved: pixels[(y*width + x)*channels + c]. Three channels
// are R, G, B.
struct Image {
  int width = 0, height = 0, channels = 3;
  std::vector<std::uint8_t> pixels;
};

}  // namespace nightjar
