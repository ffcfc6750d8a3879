#include "apps/nightjar/files/label_path.h"

#include <array>
#include <filesystem>
#include <string_view>

namespace nightjar {

std::string label_path(const std::string& picture) {
  constexpr std::array<std::array<std::string_view, 2>, 5> folders = {
      {{"/images/train2014/", "/labels/train2014/"},
       {"/images/val2014/", "/labels/val2014/"},
       {"/images/train2017/", "/labels/train2017/"},
       {"/images/val2017/", "/labels/val2017/"},
       {"/JPEGImages/", "/labels/"}}};
  std::string path =
      picture == "-" ? "stdin.txt" : std::filesystem::path(picture).replace_extension(".txt").string();
  for (const auto& [images, labels] : folders) {
    const std::size_t at = path.find(images);
    if (at != std::string::npos) path.replace(at, images.size(), labels);
  }
  return path;
}

}  // namespace nightjar
