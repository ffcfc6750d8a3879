// After load_data_detection of AlexeyAB's data.c.
#include "engine/train/placement.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace nightjar {

Flips draw_flips(const Augmentation& augmentation, Random& random) {
  const bool across = random.coin(), down = random.coin();
  return {across && augmentation.flip, down && augmentation.flip_vertical};
}

PlacementShares::PlacementShares(const Augmentation& augmentation, Random& random)
    : left(random.share()),
      right(random.share()),
      top(random.share()),
      bottom(random.share()),
      left_or_top(random.share()),
      right_or_bottom(random.share()),
      flips(draw_flips(augmentation, random)) {}

namespace {

// What is cut off one side of `length` pixels; below 0 it is put on.
int cut_off(const Augmentation& augmentation, int length, float jitter_share, float resize_share) {
  const auto between = [](float low, float high, float share) {
    return static_cast<int>(low + share * (high - low));
  };
  const auto all = static_cast<float>(length);
  const float jitter = all * augmentation.jitter;
  const float out = std::min(augmentation.resize, 1 / augmentation.resize),
              in = augmentation.resize < 1 ? 1 : augmentation.resize;
  return between(-jitter, jitter, jitter_share) +
         between(all * (1 - 1 / out) / 2, all * (1 - 1 / in) / 2, resize_share);
}

// What jitter and resize leave.
FitArea::Rectangle cut_sides(const Augmentation& augmentation, const PlacementShares& shares, int width,
                             int height) {
  FitArea::Rectangle from;
  from.left = cut_off(augmentation, width, shares.left, shares.left_or_top);
  from.top = cut_off(augmentation, height, shares.top, shares.left_or_top);
  from.width = width - from.left - cut_off(augmentation, width, shares.right, shares.right_or_bottom);
  from.height = height - from.top - cut_off(augmentation, height, shares.bottom, shares.right_or_bottom);
  // Much of both may take more than there is.
  from.width = std::max(from.width, std::max(1, width / 10));
  from.height = std::max(from.height, std::max(1, height / 10));
  return from;
}

// A zoom and a ratio that are as often above their middle as below it, anywhere: what is smaller than the
// picture lies within it, and the picture within what is larger.
FitArea::Rectangle zoom_in(const Augmentation& augmentation, const PlacementShares& shares, int width,
                           int height) {
  const float zoom = augmentation.least_zoom *
                     std::pow(augmentation.greatest_zoom / augmentation.least_zoom, shares.left_or_top);
  const float ratio = std::pow(augmentation.stretch, shares.right_or_bottom - .5f);
  FitArea::Rectangle from;
  from.width = std::max(1, static_cast<int>(std::lround(static_cast<float>(width) / (zoom * ratio))));
  from.height = std::max(1, static_cast<int>(std::lround(static_cast<float>(height) / zoom * ratio)));
  from.left = static_cast<int>(std::lround(shares.left * static_cast<float>(width - from.width)));
  from.top = static_cast<int>(std::lround(shares.top * static_cast<float>(height - from.height)));
  return from;
}

// Widens what is shown, so that its sides are to each other as the input's.
void keep_ratio(FitArea::Rectangle& from, int width, int height, const Shape& input) {
  const double ratio = static_cast<double>(input.w) / input.h;
  const double wider = height * ratio - width, higher = width / ratio - height;
  if (higher > 0) {
    from.top -= static_cast<int>(higher / 2), from.height += 2 * static_cast<int>(higher / 2);
  } else {
    from.left -= static_cast<int>(wider / 2), from.width += 2 * static_cast<int>(wider / 2);
  }
}

}  // namespace

Placement place_picture(const Augmentation& augmentation, const PlacementShares& shares, int width,
                        int height, const Shape& input) {
  Placement placement{{}, shares.flips};
  FitArea::Rectangle& from = placement.from;
  from = (augmentation.least_zoom > 0 ? zoom_in : cut_sides)(augmentation, shares, width, height);
  if (augmentation.letter_box) keep_ratio(from, width, height, input);
  return placement;
}

namespace {

struct Span {
  int begin, end;
};

// The places, of `to` that `size` pixels from `first` on are resized to, which lie within 0 to `all` - 1.
Span inside(int first, int size, int all, int to, bool flipped) {
  if (size == 1 || to == 1) return first >= 0 && first < all ? Span{0, to} : Span{0, 0};
  const std::int64_t step = size - 1, steps = to - 1;
  const std::int64_t low = -first * steps, high = (all - 1 - first) * steps;
  const auto begin = std::clamp<std::int64_t>(low <= 0 ? 0 : (low + step - 1) / step, 0, to);
  const auto end = std::clamp<std::int64_t>(high < 0 ? 0 : high / step + 1, begin, to);
  const Span span{static_cast<int>(begin), static_cast<int>(end)};
  return flipped ? Span{to - span.end, to - span.begin} : span;
}

// Of the window's `size` places from `skip` on, those in `span`, counted from the window's first.
Span shown(const Span& span, int skip, int size) {
  const int begin = std::clamp(span.begin - skip, 0, size);
  return {begin, std::clamp(span.end - skip, begin, size)};
}

}  // namespace

FitArea shown_area(const Placement& placement, const Window& window, int width, int height,
                   const Shape& input) {
  const FitArea::Rectangle &from = placement.from, &to = window.covered;
  const Span x =
      shown(inside(from.left, from.width, width, input.w, placement.flips.x), window.skip_x, to.width);
  const Span y =
      shown(inside(from.top, from.height, height, input.h, placement.flips.y), window.skip_y, to.height);
  return {{to.left + x.begin, to.top + y.begin, x.end - x.begin, y.end - y.begin},
          from,
          input.w,
          input.h,
          window.skip_x + x.begin,
          window.skip_y + y.begin};
}

namespace {

struct Edges {
  float low, high;

  float length() const { return high - low; }
};

// Along one axis, in pixels of the input.
Edges moved(float centre, float length, int picture, int from, int size, bool flipped, int input) {
  const auto at = [&](float place) {
    const float share =
        (place * static_cast<float>(picture) - static_cast<float>(from)) / static_cast<float>(size);
    return (flipped ? 1 - share : share) * static_cast<float>(input);
  };
  const float a = at(centre - length / 2), b = at(centre + length / 2);
  return {std::min(a, b), std::max(a, b)};
}

Edges cut(const Edges& edges, int skip, int begin, int size) {
  const auto low = static_cast<float>(begin), high = static_cast<float>(begin + size);
  const auto shift = static_cast<float>(begin - skip);
  return {std::clamp(edges.low + shift, low, high), std::clamp(edges.high + shift, low, high)};
}

}  // namespace

std::optional<TrueBox> shown_truth(const Truth& truth, const Placement& placement, const Window& window,
                                   int width, int height, const Shape& input, float least_visible) {
  const FitArea::Rectangle &from = placement.from, &to = window.covered;
  const Edges across = moved(truth.x, truth.w, width, from.left, from.width, placement.flips.x, input.w);
  const Edges down = moved(truth.y, truth.h, height, from.top, from.height, placement.flips.y, input.h);
  const Edges x = cut(across, window.skip_x, to.left, to.width),
              y = cut(down, window.skip_y, to.top, to.height);
  if (x.length() < 1 || y.length() < 1) return {};
  if (x.length() * y.length() < least_visible * across.length() * down.length()) return {};
  const auto w = static_cast<float>(input.w), h = static_cast<float>(input.h);
  return TrueBox{(x.low + x.high) / 2 / w, (y.low + y.high) / 2 / h,           x.length() / w,
                 y.length() / h,           static_cast<float>(truth.class_id), 1};
}

}  // namespace nightjar
