// Darknet's picture preprocessing: align-corners bilinear in two passes, rows first, in float
// (docs/darknet-format.md section 7).
#include "engine/image/fit.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <vector>

#include "kernels/cpu/kernel_set.h"

namespace nightjar {

// Where the picture lies in the network's input: Darknet's integer divisions (section 7.2). At least one
// pixel of an extremely long picture stays; Darknet would lose it.
FitArea fitted_area(Fit fit, int width, int height, int net_width, int net_height) {
  if (fit == Fit::stretch) return {0, 0, net_width, net_height};
  FitArea area{0, 0, net_width, net_height};
  if (static_cast<float>(net_width) / static_cast<float>(width) <
      static_cast<float>(net_height) / static_cast<float>(height)) {
    area.height = std::max(1, static_cast<int>(std::int64_t{height} * net_width / width));
  } else {
    area.width = std::max(1, static_cast<int>(std::int64_t{width} * net_height / height));
  }
  area.left = (net_width - area.width) / 2;
  area.top = (net_height - area.height) / 2;
  return area;
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

ColumnTaps column_taps(const Image& picture, int width) {
  ColumnTaps taps;
  for (int x = 0; x < width; ++x) {
    const Tap tap = column_tap(x, picture.width, width);
    taps.first.push_back(tap.first * picture.channels);
    taps.second.push_back(tap.second * picture.channels);
    taps.keep.push_back(tap.keep);
    taps.add.push_back(tap.add);
  }
  return taps;
}

// Source rows resized to the output's width, planar. Output rows ask for neighbours y and y + 1 in rising
// order, so the two rows seen last are all that is worth keeping: even ones in one slot, odd ones in the
// other.
class ResizedRows {
 public:
  ResizedRows(const Image& picture, int width, const PictureRows& rows)
      : picture_(picture),
        width_(width),
        rows_(rows),
        taps_(column_taps(picture, width)),
        last_row_(bytes_of_row() + PictureRows::overread) {
    std::copy_n(source(picture.height - 1), bytes_of_row(), last_row_.begin());
    for (Slot& slot : slots_) slot.values.resize(static_cast<std::size_t>(width) * picture.channels);
  }

  // Row `y` of the source: `width` values for each channel, one channel after the other.
  const float* row(int y) {
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

void fit_image(const Image& picture, Fit fit, const Tensor& input, int n) {
  fit_image(picture, fit, input, n, *cpu::kernel_sets().front().picture_rows);
}

void fit_image(const Image& picture, Fit fit, const Tensor& input, int n, const PictureRows& loops) {
  assert(input.block == 1 && input.shape.c == picture.channels);
  assert(picture.width > 0 && picture.height > 0);
  const FitArea area = fitted_area(fit, picture.width, picture.height, input.shape.w, input.shape.h);
  if (area.width < input.shape.w || area.height < input.shape.h) fill_grey(input, n);

  ResizedRows rows(picture, area.width, loops);
  for (int y = 0; y < area.height; ++y) {
    const Tap vertical = row_tap(y, picture.height, area.height);
    const float* first = rows.row(vertical.first);
    const float* second = rows.row(vertical.second);
    for (int c = 0; c < picture.channels; ++c) {
      const std::ptrdiff_t plane = std::ptrdiff_t{c} * area.width;
      float* out = input.at(n, c, area.top + y, area.left);
      loops.blend(first + plane, second + plane, vertical.keep, vertical.add, out, area.width);
    }
  }
}

void map_to_picture(Boxes& boxes, Fit fit, int picture_width, int picture_height, Shape network) {
  if (fit == Fit::stretch) return;
  const FitArea area = fitted_area(fit, picture_width, picture_height, network.w, network.h);
  const auto net_width = static_cast<float>(network.w), net_height = static_cast<float>(network.h);
  const auto width = static_cast<float>(area.width), height = static_cast<float>(area.height);
  // The exact half of the padding, where fit_image pastes at the integer half: Darknet's choice, kept.
  for (Detection& box : boxes) {
    box.x = (box.x - (net_width - width) / 2 / net_width) / (width / net_width);
    box.y = (box.y - (net_height - height) / 2 / net_height) / (height / net_height);
    box.w *= net_width / width;
    box.h *= net_height / height;
  }
}

}  // namespace nightjar
