// Guard, limits, decoder, orientation: a picture's way from bytes to pixels.
#include "parsers/image.h"

#include <algorithm>
#include <cassert>

#include "parsers/decoders/decoders.h"
#include "parsers/image_guard.h"
#include "parsers/message.h"
#include "parsers/orientation.h"

namespace nightjar {
namespace {

constexpr std::size_t max_file_bytes = std::size_t{256} << 20;

Result<void> check_size(const PictureInfo& info, const ImageOptions& options, const std::string& file) {
  const std::int64_t side = std::min(options.max_side, max_decoded_side);
  if (info.width <= side && info.height <= side && info.width * info.height <= options.max_pixels) return {};
  return too_large(file, std::to_string(info.width) + "x" + std::to_string(info.height) +
                             " pixels; at most " + std::to_string(side) + " a side and " +
                             std::to_string(options.max_pixels) + " in all are needed");
}

// As stb_image does it.
Image grey(const Image& colour) {
  Image image{colour.width, colour.height, 1, {}};
  image.pixels.reserve(colour.pixels.size() / 3);
  for (std::size_t i = 0; i < colour.pixels.size(); i += 3) {
    const int r = colour.pixels[i], g = colour.pixels[i + 1], b = colour.pixels[i + 2];
    image.pixels.push_back(static_cast<std::uint8_t>((r * 77 + g * 150 + b * 29) >> 8));
  }
  return image;
}

std::optional<Image> decode_fast([[maybe_unused]] std::string_view bytes,
                                 [[maybe_unused]] const PictureInfo& info) {
#ifdef NIGHTJAR_TURBOJPEG
  if (info.format == "JPEG") return decode_by_turbojpeg(bytes, info);
#endif
#ifdef NIGHTJAR_SPNG
  if (info.format == "PNG") return decode_by_spng(bytes, info);
#endif
  return {};
}

Result<Image> decode_webp([[maybe_unused]] std::string_view bytes, [[maybe_unused]] const PictureInfo& info,
                          const std::string& file) {
#ifdef NIGHTJAR_WEBP
  return decode_by_webp(bytes, info, file);
#else
  return malformed(file, "a WebP picture; this program was built without libwebp: convert it to PNG or JPEG");
#endif
}

Result<Image> decode(std::string_view bytes, const PictureInfo& info, int channels, Decoder decoder,
                     const std::string& file) {
  if (info.format == "WebP") {
    auto image = decode_webp(bytes, info, file);
    return image && channels == 1 ? grey(*image) : std::move(image);
  }
  if (decoder == Decoder::fastest && channels == 3) {
    if (auto image = decode_fast(bytes, info)) return std::move(*image);
  }
  return decode_by_stb(bytes, info, channels, file);
}

}  // namespace

Result<Image> parse_image(std::string_view bytes, const std::string& file, int channels,
                          const ImageOptions& options) {
  assert(channels == 1 || channels == 3);
  if (bytes.size() > max_file_bytes) {
    return too_large(file, std::to_string(bytes.size()) + " bytes; a picture of at most " +
                               std::to_string(max_file_bytes) + " is needed");
  }
  const Result<PictureInfo> info = inspect_picture(bytes, file);
  if (!info) return info.error();
  if (auto fine = check_size(*info, options, file); !fine) return fine.error();
  auto image = decode(bytes.substr(0, info->bytes), *info, channels, options.decoder, file);
  if (!image || !options.upright) return image;
  return upright(std::move(*image), info->orientation);
}

}  // namespace nightjar
