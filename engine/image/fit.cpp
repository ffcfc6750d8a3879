// Darknet's picture preprocessing: align-corners bilinear in two passes, rows first, in float
// (docs/darknet-format.md section 7).
#include "engine/image/fit.h"

#include <algorithm>
#include <cassert>
#include <limits>

#include "engine/image/fit_part.h"
#include "engine/image/resized_rows.h"
#include "kernels/cpu/kernel_set.h"

namespace nightjar {

namespace {

// a * b / c, in whole numbers.
int scaled(int a, int b, int c) {
  return static_cast<int>(std::int64_t{a} * b / c);
}

// Darknet's integer divisions (section 7.2). At least one pixel of an extremely long picture stays; Darknet
// would lose it.
FitArea letterboxed(int width, int height, int net_width, int net_height) {
  FitArea area{{0, 0, net_width, net_height}, {0, 0, width, height}};
  FitArea::Rectangle& covered = area.covered;
  if (static_cast<float>(net_width) / static_cast<float>(width) <
      static_cast<float>(net_height) / static_cast<float>(height)) {
    covered.height = std::max(1, scaled(height, net_width, width));
  } else {
    covered.width = std::max(1, scaled(width, net_height, height));
  }
  covered.left = (net_width - covered.width) / 2;
  covered.top = (net_height - covered.height) / 2;
  area.to_width = covered.width, area.to_height = covered.height;
  return area;
}

// The input's width is the measure, also of a picture that lies on its side (resize_min in image.c). Where it
// is less than the height, rows above and below the picture are asked for, and the edge's are taken.
FitArea cropped(int width, int height, int net_width, int net_height) {
  FitArea area{{0, 0, net_width, net_height}, {0, 0, width, height}, net_width, net_width};
  if (width < height) {
    area.to_height = scaled(height, net_width, width);
  } else {
    area.to_width = scaled(width, net_width, height);
  }
  area.skip_x = (area.to_width - net_width) / 2;
  area.skip_y = (area.to_height - net_height) / 2;
  return area;
}

FitArea squared(int width, int height, int net_width, int net_height) {
  const int side = std::min(width, height);
  const FitArea::Rectangle middle{(width - side) / 2, (height - side) / 2, side, side};
  return {{0, 0, net_width, net_height}, middle, net_width, net_height};
}

// A column's place in its row is a word of 32 bits to the loops.
bool is_in_reach(const PictureView& picture) {
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  const std::int64_t column = picture.column;
  return column > -most && column < most && (column < 0 ? -column : column) * picture.width <= most;
}

}  // namespace

std::string words_for(const PictureView& picture) {
  return std::to_string(picture.width) + "x" + std::to_string(picture.height) + "x" +
         std::to_string(picture.channels);
}

Result<void> check_view(const PictureView& picture) {
  if (picture.width < 1 || picture.height < 1 || picture.channels < 1)
    return Error{Failure::usage, "a picture of " + words_for(picture) + " has no pixels"};
  if (!is_in_reach(picture))
    return Error{Failure::usage, "a picture of " + words_for(picture) + " has a row of more than 2 GiB"};
  return {};
}

FitArea fitted_area(Fit fit, int width, int height, int net_width, int net_height) {
  if (fit == Fit::letterbox) return letterboxed(width, height, net_width, net_height);
  if (fit == Fit::crop) return cropped(width, height, net_width, net_height);
  if (fit == Fit::square) return squared(width, height, net_width, net_height);
  return {{0, 0, net_width, net_height}, {0, 0, width, height}, net_width, net_height};
}

namespace {

// The last row has no second tap. Where (out - 1) * scale rounds to just below in - 1, in about one pair of
// sizes in twenty, that leaves the row almost black. A flaw, and kept: boxes at the lower edge would else
// differ from Darknet's.
Tap row_tap(int y, int in, int out) {
  Tap tap = tap_between(y, in, out);
  if (y == out - 1) tap.second = tap.first, tap.add = 0;
  return tap;
}

void fill_grey(const Tensor& input, int n) {
  for (int c = 0; c < input.shape.c; ++c) {
    for (int y = 0; y < input.shape.h; ++y) std::fill_n(input.at(n, c, y, 0), input.shape.w, .5f);
  }
}

}  // namespace

void fit_part(const PictureView& picture, const FitArea& area, const Flips& flips, const Tensor& input, int n,
              const PictureRows& loops) {
  assert(input.block == 1 && input.shape.c == picture.channels);
  assert(picture.width > 0 && picture.height > 0);
  const FitArea::Rectangle& covered = area.covered;
  ResizedRows rows(picture, area, flips.x, loops);
  for (int y = 0; y < covered.height; ++y) {
    const int at = place_in(y, area.skip_y, area.to_height, flips.y);
    const Tap vertical = row_tap(at, area.from.height, area.to_height);
    for (int c = 0; c < picture.channels; ++c) {
      const float* first = rows.row(area.from.top + vertical.first, c);
      const float* second = rows.row(area.from.top + vertical.second, c);
      float* out = input.at(n, c, covered.top + y, covered.left);
      loops.blend(first, second, vertical.keep, vertical.add, out, covered.width);
    }
  }
}

void fit_image(const PictureView& picture, Fit fit, const Tensor& input, int n, const PictureRows& loops) {
  const FitArea area = fitted_area(fit, picture.width, picture.height, input.shape.w, input.shape.h);
  if (area.covered.width < input.shape.w || area.covered.height < input.shape.h) fill_grey(input, n);
  fit_part(picture, area, {}, input, n, loops);
}

void fit_image(const PictureView& picture, Fit fit, const Tensor& input, int n) {
  fit_image(picture, fit, input, n, *cpu::kernel_sets().front().picture_rows);
}

namespace {

// Back from a picture of which a part was cut away: from the input to what was resized, and to its place.
void map_from_part(Boxes& boxes, const FitArea& area, float picture_width, float picture_height,
                   Shape network) {
  const float x_scale = static_cast<float>(area.from.width) / static_cast<float>(area.to_width),
              y_scale = static_cast<float>(area.from.height) / static_cast<float>(area.to_height);
  const auto net_width = static_cast<float>(network.w), net_height = static_cast<float>(network.h);
  const auto skip_x = static_cast<float>(area.skip_x), skip_y = static_cast<float>(area.skip_y);
  const auto left = static_cast<float>(area.from.left), top = static_cast<float>(area.from.top);
  for (Detection& box : boxes) {
    box.x = ((box.x * net_width + skip_x) * x_scale + left) / picture_width;
    box.y = ((box.y * net_height + skip_y) * y_scale + top) / picture_height;
    box.w *= net_width * x_scale / picture_width;
    box.h *= net_height * y_scale / picture_height;
  }
}

}  // namespace

void map_to_picture(Boxes& boxes, Fit fit, int picture_width, int picture_height, Shape network) {
  if (fit == Fit::stretch) return;
  const FitArea area = fitted_area(fit, picture_width, picture_height, network.w, network.h);
  if (fit != Fit::letterbox) {
    map_from_part(boxes, area, static_cast<float>(picture_width), static_cast<float>(picture_height),
                  network);
    return;
  }
  const auto net_width = static_cast<float>(network.w), net_height = static_cast<float>(network.h);
  const auto width = static_cast<float>(area.covered.width), height = static_cast<float>(area.covered.height);
  // The exact half of the padding, where fit_image pastes at the integer half: Darknet's choice, kept.
  for (Detection& box : boxes) {
    box.x = (box.x - (net_width - width) / 2 / net_width) / (width / net_width);
    box.y = (box.y - (net_height - height) / 2 / net_height) / (height / net_height);
    box.w *= net_width / width;
    box.h *= net_height / height;
  }
}

}  // namespace nightjar
