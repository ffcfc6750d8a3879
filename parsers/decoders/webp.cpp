// WebP through libwebp.
#include <webp/decode.h>

#include "parsers/decoders/decoders.h"
#include "parsers/message.h"

namespace nightjar {

Result<Image> decode_by_webp(std::string_view bytes, const PictureInfo& info, const std::string& file) {
  Image image{static_cast<int>(info.width), static_cast<int>(info.height), 3, {}};
  const std::size_t row = static_cast<std::size_t>(image.width) * 3;
  image.pixels.resize(row * static_cast<std::size_t>(image.height));
  if (!WebPDecodeRGBInto(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(),
                         image.pixels.data(), image.pixels.size(), static_cast<int>(row)))
    return malformed(file, "damaged WebP, data that cannot be decoded; a whole one is needed");
  return image;
}

}  // namespace nightjar
