#include "engine/image/resized_rows.h"

#include <algorithm>
#include <cstring>

namespace nightjar {
namespace {

// How far the first of `count` values that lie `step` bytes apart is from the lowest, and the last from the
// first.
std::ptrdiff_t below(int count, std::ptrdiff_t step) {
  return std::min<std::ptrdiff_t>(0, (count - 1) * step);
}
std::ptrdiff_t above(int count, std::ptrdiff_t step) {
  return std::max<std::ptrdiff_t>(0, (count - 1) * step);
}

std::ptrdiff_t element_bytes(const PictureView& picture) {
  return picture.element == PictureView::Element::byte ? 1 : std::ptrdiff_t{sizeof(float)};
}

// The loops take a pixel's channels from one word of four bytes.
bool is_interleaved(const PictureView& picture) {
  return picture.element == PictureView::Element::byte && picture.channels <= 4 &&
         (picture.channel == 1 || picture.channel == -1);
}

Tap column_tap(int x, int in, int out) {
  if (x == out - 1 || in == 1) return {in - 1, in - 1, 1, 0};
  return tap_between(x, in, out);
}

// Offsets are bytes from the lowest place of a row.
ColumnTaps column_taps(const PictureView& picture, const FitArea& area, bool turned) {
  ColumnTaps taps;
  const auto offset = [&](int x) {
    const int inside = std::clamp(area.from.left + x, 0, picture.width - 1);
    return static_cast<std::int32_t>(inside * picture.column - below(picture.width, picture.column));
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

const std::byte* end_of(const PictureView& picture) {
  return picture.first + above(picture.height, picture.row) + above(picture.width, picture.column) +
         above(picture.channels, picture.channel) + element_bytes(picture);
}

float real_at(const std::byte* from) {
  float value;
  std::memcpy(&value, from, sizeof value);  // a caller's floats may lie anywhere
  return value;
}

}  // namespace

int place_in(int position, int skip, int size, bool turned) {
  const int at = std::clamp(position + skip, 0, size - 1);
  return turned ? size - 1 - at : at;
}

Tap tap_between(int position, int in, int out) {
  const float scale = out > 1 ? static_cast<float>(in - 1) / static_cast<float>(out - 1) : 0;
  const float at = static_cast<float>(position) * scale;
  const int first = std::min(static_cast<int>(at), in - 1);
  const float part = at - static_cast<float>(first);
  return {first, std::min(first + 1, in - 1), 1 - part, part};
}

ResizedRows::ResizedRows(const PictureView& picture, const FitArea& area, bool turned,
                         const PictureRows& loops)
    : picture_(picture),
      width_(area.covered.width),
      loops_(loops),
      interleaved_(is_interleaved(picture)),
      reversed_(interleaved_ && picture.channel < 0),
      taps_(column_taps(picture, area, turned)),
      end_(end_of(picture)) {
  for (Slot& slot : slots_) slot.values.resize(static_cast<std::size_t>(width_) * picture.channels);
}

const float* ResizedRows::row(int y, int c) {
  y = std::clamp(y, 0, picture_.height - 1);
  Slot& slot = slots_[y % 2];
  if (slot.y != y) {
    resize(y, slot.values.data());
    slot.y = y;
  }
  const int plane = reversed_ ? picture_.channels - 1 - c : c;
  return slot.values.data() + std::ptrdiff_t{plane} * width_;
}

void ResizedRows::resize(int y, float* out) {
  const std::byte* lowest = picture_.at(0, y, 0) + below(picture_.width, picture_.column);
  if (interleaved_)
    return resize_bytes(lowest + below(picture_.channels, picture_.channel), picture_.channels, out);
  for (int c = 0; c < picture_.channels; ++c, out += width_) {
    const std::byte* from = lowest + c * picture_.channel;
    if (picture_.element == PictureView::Element::byte)
      resize_bytes(from, 1, out);
    else
      resize_reals(from, out);
  }
}

// The loops read over the end of a row, which for the last ones is the picture's.
void ResizedRows::resize_bytes(const std::byte* from, int channels, float* out) {
  const std::ptrdiff_t column = std::max(picture_.column, -picture_.column);
  const std::ptrdiff_t bytes = (picture_.width - 1) * column + channels;
  if (end_ - from < bytes + std::ptrdiff_t{PictureRows::overread}) {
    edge_.resize(static_cast<std::size_t>(bytes) + PictureRows::overread);
    std::copy_n(from, bytes, edge_.begin());
    from = edge_.data();
  }
  loops_.resize(reinterpret_cast<const std::uint8_t*>(from), channels, taps_, width_, out);
}

void ResizedRows::resize_reals(const std::byte* from, float* out) const {
  for (int x = 0; x < width_; ++x) {
    const float kept = taps_.keep[x] * real_at(from + taps_.first[x]);
    const float added = taps_.add[x] * real_at(from + taps_.second[x]);
    out[x] = kept + added;
  }
}

}  // namespace nightjar
