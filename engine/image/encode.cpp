// Pixels -> the bytes of a picture file, by stb_image_write.
#include <algorithm>
#include <new>

#include "engine/image/draw.h"

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

constexpr int jpeg_quality = 92;

void append(void* context, void* data, int size) {
  static_cast<std::string*>(context)->append(static_cast<const char*>(data), size);
}

std::string lower_extension(const std::string& file) {
  const std::size_t dot = file.rfind('.');
  std::string extension = dot == file.npos ? "" : file.substr(dot + 1);
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return extension;
}

}  // namespace

std::string encode_image(const Image& picture, const std::string& file) {
  const std::string extension = lower_extension(file);
  const int width = picture.width, height = picture.height, channels = picture.channels;
  const void* pixels = picture.pixels.data();
  std::string bytes;
  int written = 0;
  if (extension == "jpg" || extension == "jpeg") {
    written = stbi_write_jpg_to_func(append, &bytes, width, height, channels, pixels, jpeg_quality);
  } else if (extension == "bmp") {
    written = stbi_write_bmp_to_func(append, &bytes, width, height, channels, pixels);
  } else {
    written = stbi_write_png_to_func(append, &bytes, width, height, channels, pixels, width * channels);
  }
  if (!written) throw std::bad_alloc();  // the only way in which these fail for a real picture
  return bytes;
}

}  // namespace nightjar
