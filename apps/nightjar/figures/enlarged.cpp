#include "apps/nightjar/figures/enlarged.h"

#include <algorithm>

namespace nightjar {

Image enlarged(const Image& picture, int side) {
  const int times = std::max(1, side / std::max(picture.width, picture.height));
  Image large{picture.width * times, picture.height * times, picture.channels, {}};
  large.pixels.reserve(picture.pixels.size() * static_cast<std::size_t>(times) * times);
  for (int y = 0; y < large.height; ++y)
    for (int x = 0; x < large.width; ++x) {
      const auto* from = &picture.pixels[(static_cast<std::size_t>(y / times) * picture.width + x / times) *
                                         static_cast<std::size_t>(picture.channels)];
      large.pixels.insert(large.pixels.end(), from, from + picture.channels);
    }
  return large;
}

}  // namespace nightjar
