// What turns a picture that passed its guard (parsers/image_guard.h) into pixels. `bytes` are the picture's
// alone, `file` is named in messages.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "parsers/image_guard.h"
#include "parsers/pixels.h"

namespace nightjar {

// The longest side that any of them is given.
constexpr int max_decoded_side = 16384;

// To 1 or 3 channels. Errors: malformed, too_large.
Result<Image> decode_by_stb(std::string_view bytes, const PictureInfo& info, int channels,
                            const std::string& file);

// The others are there where their libraries were when nightjar was built: NIGHTJAR_TURBOJPEG, NIGHTJAR_SPNG,
// NIGHTJAR_WEBP.

// To 3 channels, faster. Nothing for a picture that is damaged or unusual: what becomes of it is stb's to
// say, with every decoder the same.
std::optional<Image> decode_by_turbojpeg(std::string_view bytes, const PictureInfo& info);
std::optional<Image> decode_by_spng(std::string_view bytes, const PictureInfo& info);

// WebP has this decoder alone. Errors: malformed.
Result<Image> decode_by_webp(std::string_view bytes, const PictureInfo& info, const std::string& file);

}  // namespace nightjar
