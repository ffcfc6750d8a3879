#include "apps/nightjar/train/example_picture.h"

#include <algorithm>

#include "engine/host/output_file.h"
#include "engine/image/draw.h"
#include "engine/train/example_boxes.h"

namespace nightjar {
namespace {

// In three channels, so that boxes have colours.
Image picture_of(const Example& example, const Shape& shape) {
  constexpr int colours = 3;
  Image picture{shape.w, shape.h, colours, {}};
  const std::size_t plane = static_cast<std::size_t>(shape.h) * static_cast<std::size_t>(shape.w);
  for (std::size_t i = 0; i < plane; ++i) {
    for (int c = 0; c < colours; ++c) {
      const float value = example.picture[i + plane * static_cast<std::size_t>(std::min(c, shape.c - 1))];
      picture.pixels.push_back(static_cast<std::uint8_t>(value * 255 + .5f));
    }
  }
  return picture;
}

}  // namespace

Result<void> write_example_picture(const std::string& path, const Example& example, const Shape& shape,
                                   const std::vector<std::string>& names) {
  Image picture = picture_of(example, shape);
  draw_boxes(picture, boxes_of(example), names);
  return write_file(path, encode_image(picture, path));
}

}  // namespace nightjar
