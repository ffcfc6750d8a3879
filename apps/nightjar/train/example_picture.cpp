#include "apps/nightjar/train/example_picture.h"

#include <algorithm>

#include "apps/nightjar/figures/enlarged.h"
#include "engine/host/output_file.h"
#include "engine/image/draw.h"
#include "engine/train/example_boxes.h"

namespace nightjar {
namespace {

constexpr int side = 800;  // of a small picture, enlarged

// In three channels, so that boxes have colours.
Image picture_of(const Example& example, const Shape& shape) {
  constexpr int colours = 3;
  Image picture{shape.w, shape.h, colours, {}};
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      for (int c = 0; c < colours; ++c) {
        const int row = std::min(c, shape.c - 1) * shape.h + y;
        const float value = example.picture[static_cast<std::size_t>(row * shape.w + x)];
        picture.pixels.push_back(static_cast<std::uint8_t>(value * 255 + .5f));
      }
    }
  }
  return picture;
}

}  // namespace

Result<void> write_example_picture(const std::string& path, const Example& example, const Shape& shape,
                                   const Boxes& boxes, const std::vector<std::string>& names) {
  Image picture = enlarged(picture_of(example, shape), side);
  draw_boxes(picture, boxes, names);
  return write_file(path, encode_image(picture, path));
}

Result<void> write_examples(const std::string& folder, const Trainer& trainer,
                            const std::vector<std::string>& names) {
  const auto examples = trainer.next_examples();
  if (!examples) return examples.error();
  if (auto made = make_folder(folder); !made) return made;
  const bool detects = !trainer.learner().graph().heads.empty();
  int number = 0;
  for (const Example& example : *examples) {
    const std::string path = folder + "/example-" + std::to_string(++number) + ".png";
    const Boxes boxes = detects ? boxes_of(example) : Boxes{};
    if (auto done = write_example_picture(path, example, trainer.input(), boxes, names); !done) return done;
  }
  return {};
}

}  // namespace nightjar
