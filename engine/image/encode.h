// The encoders there are: stb_image_write's, which need nothing, and faster ones where their libraries were
// found.
#pragma once

#include <string>

#include "parsers/image.h"

namespace nightjar {

// Colours are kept at full resolution at this quality.
inline constexpr int jpeg_quality = 92;

std::string jpeg_by_stb(const Image& picture);
std::string jpeg_by_turbojpeg(const Image& picture);  // with NIGHTJAR_TURBOJPEG
std::string png_by_stb(const Image& picture);
std::string png_by_spng(const Image& picture);  // with NIGHTJAR_SPNG

}  // namespace nightjar
