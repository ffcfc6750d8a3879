// Which encoder writes what, and stb_image_write's.
#include "engine/image/encode.h"

#include <algorithm>

#include "engine/image/draw.h"
#include "engine/image/stb_memory.h"

#define STBIW_MALLOC(size) nightjar::stb_reallocate(nullptr, size)
#define STBIW_REALLOC(block, size) nightjar::stb_reallocate(block, size)
#define STBIW_FREE(block) std::free(block)
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#endif
#include <stb_image_write.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

namespace nightjar {
namespace {

void append(void* context, void* data, int size) {
  static_cast<std::string*>(context)->append(static_cast<const char*>(data), static_cast<std::size_t>(size));
}

// `write` is one of stb's functions; the only way in which these fail for a real picture is for want of
// memory.
template <class Write>
std::string written_by_stb(Write write) {
  std::string bytes;
  if (!write(&bytes)) throw std::bad_alloc();
  return bytes;
}

std::string lower_extension(const std::string& file) {
  const std::size_t dot = file.rfind('.');
  std::string extension = dot == file.npos ? "" : file.substr(dot + 1);
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return extension;
}

std::string bmp_by_stb(const Image& p) {
  return written_by_stb([&](std::string* bytes) {
    return stbi_write_bmp_to_func(append, bytes, p.width, p.height, p.channels, p.pixels.data());
  });
}

}  // namespace

std::string jpeg_by_stb(const Image& p) {
  return written_by_stb([&](std::string* bytes) {
    return stbi_write_jpg_to_func(append, bytes, p.width, p.height, p.channels, p.pixels.data(),
                                  jpeg_quality);
  });
}

std::string png_by_stb(const Image& p) {
  return written_by_stb([&](std::string* bytes) {
    return stbi_write_png_to_func(append, bytes, p.width, p.height, p.channels, p.pixels.data(),
                                  p.width * p.channels);
  });
}

std::string encode_image(const Image& picture, const std::string& file) {
  const std::string extension = lower_extension(file);
  if (extension == "bmp") return bmp_by_stb(picture);
#ifdef NIGHTJAR_TURBOJPEG
  constexpr auto jpeg = jpeg_by_turbojpeg;
#else
  constexpr auto jpeg = jpeg_by_stb;
#endif
#ifdef NIGHTJAR_SPNG
  constexpr auto png = png_by_spng;
#else
  constexpr auto png = png_by_stb;
#endif
  return extension == "jpg" || extension == "jpeg" ? jpeg(picture) : png(picture);
}

}  // namespace nightjar
