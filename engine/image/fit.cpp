// Darknet's picture preprocessing: align-corners bilinear in two passes, rows first, in float
// (docs/darknet-format.md section 7).
#include "engine/image/fit.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <vector>

#include "engine/image/fit_part.h"
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

}  // namespace

FitArea fitted_area(Fit fit, int width, int height, int net_width, int net_height) {
  if (fit == Fit::letterbox) return letterboxed(width, height, net_width, net_height);
  if (fit == Fit::crop) return cropped(width, height, net_width, net_height);
  if (fit == Fit::square) return squared(width, height, net_width, net_height);
  return {{0, 0, net_width, net_height}, {0, 0, width, height}, net_width, net_height};
}

namespace {

// One output coordinate: keep * source[first] + add * source[second].
struct Tap {
  int first, second;
  float keep, add;
};

Tap between(int position, int in, int out) {
  const float scale = out > 1 ? static_cast<float>(in - 1) / static_cast<float>(out - 1) : 0;
  const float at = static_cast<float>(position) * scale;
  const int first = std::min(static_cast<int>(at), in - 1);
  const float part = at - static_cast<float>(first);
  return {first, std::min(first + 1, in - 1), 1 - part, part};
}

Tap column_tap(int x, int in, int out) {
  if (x == out - 1 || in == 1) return {in - 1, in - 1, 1, 0};
  return between(x, in, out);
}

// The last row has no second tap. Where (out - 1) * scale rounds to just below in - 1, in about one pair of
// sizes in twenty, that leaves the row almost black. A flaw, and kept: boxes at the lower edge would else
// differ from Darknet's.
Tap row_tap(int y, int in, int out) {
  Tap tap = between(y, in, out);
  if (y == out - 1) tap.second = tap.first, tap.add = 0;
  return tap;
}

// Column or row `position` of what is covered, counted in `from` resized to `size`.
int place_in(int position, int skip, int size, bool turned) {
  const int at = std::clamp(position + skip, 0, size - 1);
  return turned ? size - 1 - at : at;
}

ColumnTaps column_taps(const Image& picture, const FitArea& area, bool turned) {
  ColumnTaps taps;
  const auto offset = [&](int x) {
    return std::clamp(area.from.left + x, 0, picture.width - 1) * picture.channels;
  };
  for (int x = 0; x < area.covered.width; ++x) {
    const int at = place_in(x, area.skip_x, area.to_width, turned);
    const Tap tap = column_tap(at, area.from.width, area.to_width);
    taps.first.push_back(offset(tap.first));
    taps.second.push_back(offset(tap.second));
    taps.keep.push_back(tap.keep);
    taps.add.push_back(tap.add);
  }
  return taps;
}

// Source rows as the covered columns have them, planar. Output rows ask for neighbours y and y + 1 in rising
// or falling order, so the two rows seen last are all that is worth keeping: even ones in one slot, odd ones
// in the other.
class ResizedRows {
 public:
  ResizedRows(const Image& picture, const FitArea& area, const Flips& flips, const PictureRows& rows)
      : picture_(picture),
        width_(area.covered.width),
        rows_(rows),
        taps_(column_taps(picture, area, flips.x)),
        last_row_(bytes_of_row() + PictureRows::overread) {
    std::copy_n(source(picture.height - 1), bytes_of_row(), last_row_.begin());
    for (Slot& slot : slots_) slot.values.resize(static_cast<std::size_t>(width_) * picture.channels);
  }

  // Row `y` of the source, or the nearest there is: `width` values for each channel, one channel after the
  // other.
  const float* row(int y) {
    y = std::clamp(y, 0, picture_.height - 1);
    Slot& slot = slots_[y % 2];
    if (slot.y != y) {
      // The loops read over the end of a row, which for the last one is the picture's.
      const std::uint8_t* from = y == picture_.height - 1 ? last_row_.data() : source(y);
      rows_.resize(from, picture_.channels, taps_, width_, slot.values.data());
      slot.y = y;
    }
    return slot.values.data();
  }

 private:
  struct Slot {
    int y = -1;
    std::vector<float> values;
  };

  std::size_t bytes_of_row() const { return static_cast<std::size_t>(picture_.width) * picture_.channels; }
  const std::uint8_t* source(int y) const { return &picture_.pixels[bytes_of_row() * y]; }

  const Image& picture_;
  int width_;
  const PictureRows& rows_;
  ColumnTaps taps_;
  std::vector<std::uint8_t> last_row_;
  std::array<Slot, 2> slots_;
};

void fill_grey(const Tensor& input, int n) {
  for (int c = 0; c < input.shape.c; ++c) {
    for (int y = 0; y < input.shape.h; ++y) std::fill_n(input.at(n, c, y, 0), input.shape.w, .5f);
  }
}

}  // namespace

void fit_part(const Image& picture, const FitArea& area, const Flips& flips, const Tensor& input, int n,
              const PictureRows& loops) {
  assert(input.block == 1 && input.shape.c == picture.channels);
  assert(picture.width > 0 && picture.height > 0);
  const FitArea::Rectangle& covered = area.covered;
  ResizedRows rows(picture, area, flips, loops);
  for (int y = 0; y < covered.height; ++y) {
    const int at = place_in(y, area.skip_y, area.to_height, flips.y);
    const Tap vertical = row_tap(at, area.from.height, area.to_height);
    const float* first = rows.row(area.from.top + vertical.first);
    const float* second = rows.row(area.from.top + vertical.second);
    for (int c = 0; c < picture.channels; ++c) {
      const std::ptrdiff_t plane = std::ptrdiff_t{c} * covered.width;
      float* out = input.at(n, c, covered.top + y, covered.left);
      loops.blend(first + plane, second + plane, vertical.keep, vertical.add, out, covered.width);
    }
  }
}

void fit_image(const Image& picture, Fit fit, const Tensor& input, int n, const PictureRows& loops) {
  const FitArea area = fitted_area(fit, picture.width, picture.height, input.shape.w, input.shape.h);
  if (area.covered.width < input.shape.w || area.covered.height < input.shape.h) fill_grey(input, n);
  fit_part(picture, area, {}, input, n, loops);
}

void fit_image(const Image& picture, Fit fit, const Tensor& input, int n) {
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
