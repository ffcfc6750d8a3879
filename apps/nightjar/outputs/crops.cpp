// What lies in each box, as a picture of its own.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <string_view>

#include "apps/nightjar/outputs/folder.h"
#include "engine/detect/utf8.h"

namespace nightjar {
namespace {

// The part of a picture that a box covers, at least one pixel; empty where it lies outside.
Image crop(const Image& picture, const Detection& box) {
  const auto pixel = [](float at, int side, auto round) {
    return std::clamp(static_cast<int>(round(std::clamp(at, -1.f, 2.f) * static_cast<float>(side))), 0, side);
  };
  const auto down = [](float v) { return std::floor(v); };
  const auto up = [](float v) { return std::ceil(v); };
  const int left = pixel(box.x - box.w / 2, picture.width, down),
            right = pixel(box.x + box.w / 2, picture.width, up);
  const int top = pixel(box.y - box.h / 2, picture.height, down),
            bottom = pixel(box.y + box.h / 2, picture.height, up);
  Image part{std::max(0, right - left), std::max(0, bottom - top), picture.channels, {}};
  const auto row = [&](int y) {
    return picture.pixels.begin() + (std::ptrdiff_t{y} * picture.width + left) * picture.channels;
  };
  if (part.width == 0) return part;
  for (int y = top; y < bottom; ++y)
    part.pixels.insert(part.pixels.end(), row(y), row(y) + std::ptrdiff_t{part.width} * part.channels);
  return part;
}

// Of a class's name what any file system takes: letters and digits, whole characters, not too many.
std::string file_part(std::string_view name) {
  constexpr std::size_t most = 60;
  std::string part;
  while (!name.empty()) {
    const std::size_t length = std::max<std::size_t>(1, utf8_length(name));
    if (part.size() + length > most) break;
    const bool plain = length > 1 || std::isalnum(static_cast<unsigned char>(name[0]));
    part += plain ? name.substr(0, length) : "-";
    name.remove_prefix(length);
  }
  return part;
}

}  // namespace

Result<std::vector<FileBytes>> Crops::files_of(const Found& found, const std::string& path) const {
  namespace fs = std::filesystem;
  const fs::path picture = path;
  std::vector<FileBytes> files;
  int number = 0;
  for (const Detection& box : found.detected.boxes) {
    const Image part = crop(found.detected.picture, box);
    ++number;
    if (part.pixels.empty()) continue;
    const std::string name = picture.stem().string() + '-' + std::to_string(number) + '-' +
                             file_part(class_name(found.names, box.classes.front().class_id)) +
                             picture.extension().string();
    const std::string file = picture.parent_path() / name;
    files.push_back({file, encode_image(part, file)});
  }
  return files;
}

}  // namespace nightjar
