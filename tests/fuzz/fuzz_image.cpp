// Any bytes as a picture, in one channel and in three.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "parsers/image.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const nightjar::ImageOptions limits{4096, 1 << 20};  // a megapixel keeps a run short
  for (const int channels : {1, 3}) {
    const auto image =
        nightjar::parse_image({reinterpret_cast<const char*>(data), size}, "fuzz.jpg", channels, limits);
    if (!image) continue;
    const std::int64_t pixels = std::int64_t{image->width} * image->height;
    if (pixels < 1 || pixels > limits.max_pixels) std::abort();
    if (image->pixels.size() != static_cast<std::size_t>(pixels * channels)) std::abort();
  }
  return 0;
}
