// After random_augment_image and rotate_crop_image of AlexeyAB's image.c.
#include "engine/train/square_look.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nightjar {

SquareLook::SquareLook(const Augmentation& a, Random& random)
    : aspect_(random.factor(a.aspect)),
      side_(random.between(a.least_side, a.greatest_side)),
      turn_(random.between(-a.angle, a.angle) * std::numbers::pi_v<float> / 180),
      right_(random.between(-1, 1)),
      down_(random.between(-1, 1)),
      flips_(draw_flips(a, random)),
      colours_(draw_colours(a, random)) {}

namespace {

// Where in the picture a pixel of the input is: (x, y) + column (across) + row (down).
struct Axes {
  float x, y;
  float across_x, across_y, down_x, down_y;
};

// A pixel beyond the picture counts as black.
float pixel(const Image& picture, int x, int y, int c) {
  if (x < 0 || y < 0 || x >= picture.width || y >= picture.height) return 0;
  const std::ptrdiff_t at = (std::ptrdiff_t{y} * picture.width + x) * picture.channels + c;
  return static_cast<float>(picture.pixels[static_cast<std::size_t>(at)]) / 255;
}

void sample(const Image& picture, const Axes& axes, const Tensor& input) {
  for (int row = 0; row < input.shape.h; ++row) {
    for (int column = 0; column < input.shape.w; ++column) {
      const auto i = static_cast<float>(column), j = static_cast<float>(row);
      const float x = axes.x + i * axes.across_x + j * axes.down_x,
                  y = axes.y + i * axes.across_y + j * axes.down_y;
      const float left = std::floor(x), top = std::floor(y), dx = x - left, dy = y - top;
      const int px = static_cast<int>(left), py = static_cast<int>(top);
      for (int c = 0; c < input.shape.c; ++c) {
        *input.at(0, c, row, column) =
            (1 - dy) * ((1 - dx) * pixel(picture, px, py, c) + dx * pixel(picture, px + 1, py, c)) +
            dy * ((1 - dx) * pixel(picture, px, py + 1, c) + dx * pixel(picture, px + 1, py + 1, c));
      }
    }
  }
}

}  // namespace

void SquareLook::show(const KeptPicture& picture, const Tensor& input) const {
  const Image& image = picture.labelled.picture;
  const auto width = static_cast<float>(image.width), height = static_cast<float>(image.height);
  const auto net_width = static_cast<float>(input.shape.w), net_height = static_cast<float>(input.shape.h);
  const float size = std::max(net_width, net_height);
  const float scale = side_ * net_width / std::min(height, width * aspect_);
  const float right = right_ * std::max(0.f, (width * scale / aspect_ - size) / 2),
              down = down_ * std::max(0.f, (height * scale - size) / 2);
  // The square's pixels, as many as its sides; an input that is none takes them at other distances.
  const float step_x = input.shape.w > 1 ? (size - 1) / (net_width - 1) : 0,
              step_y = input.shape.h > 1 ? (size - 1) / (net_height - 1) : 0;
  const float cosine = std::cos(turn_), sine = std::sin(turn_);
  const float per_x = aspect_ / scale, per_y = 1 / scale;
  const float first_x = (flips_.x ? size / 2 - 1 : -size / 2) + right,
              first_y = (flips_.y ? size / 2 - 1 : -size / 2) + down;
  const float across = (flips_.x ? -step_x : step_x) * per_x, along = (flips_.y ? -step_y : step_y) * per_y;
  const Axes axes{cosine * first_x * per_x - sine * first_y * per_y + width / 2,
                  sine * first_x * per_x + cosine * first_y * per_y + height / 2,
                  cosine * across,
                  sine * across,
                  -sine * along,
                  cosine * along};
  sample(image, axes, input);
  change_colours({input, {0, 0, input.shape.w, input.shape.h}}, colours_);
}

}  // namespace nightjar
