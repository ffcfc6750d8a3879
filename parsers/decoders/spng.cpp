// PNG through libspng.
#include "parsers/decoders/decoders.h"

#include <spng.h>

#include <memory>

namespace nightjar {
namespace {

struct Destroy {
  void operator()(spng_ctx* context) const { spng_ctx_free(context); }
};

}  // namespace

std::optional<Image> decode_by_spng(std::string_view bytes, const PictureInfo& info) {
  const std::unique_ptr<spng_ctx, Destroy> context(spng_ctx_new(0));
  if (!context) return {};
  const auto width = static_cast<std::uint32_t>(info.width), height = static_cast<std::uint32_t>(info.height);
  std::size_t size = 0;
  if (spng_set_image_limits(context.get(), width, height) != 0 ||
      spng_set_crc_action(context.get(), SPNG_CRC_ERROR, SPNG_CRC_ERROR) != 0 ||
      spng_set_png_buffer(context.get(), bytes.data(), bytes.size()) != 0 ||
      spng_decoded_image_size(context.get(), SPNG_FMT_RGB8, &size) != 0)
    return {};
  Image image{static_cast<int>(info.width), static_cast<int>(info.height), 3, {}};
  image.pixels.resize(static_cast<std::size_t>(width) * height * 3);
  if (size != image.pixels.size()) return {};
  if (spng_decode_image(context.get(), image.pixels.data(), size, SPNG_FMT_RGB8, 0) != 0) return {};
  return image;
}

}  // namespace nightjar
