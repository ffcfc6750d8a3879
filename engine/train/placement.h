// Which part of a picture a network is shown, which way round, and where objects come to lie in it.
#pragma once

#include <optional>

#include "engine/eval/truth.h"
#include "engine/image/fit_part.h"
#include "engine/train/augmentation.h"
#include "engine/train/random.h"
#include "kernels/fit_area.h"
#include "kernels/ops/losses/truth.h"

namespace nightjar {

Flips draw_flips(const Augmentation& augmentation, Random& random);

// The shares that decide about it, drawn before the picture is known: each picture takes as many numbers.
struct PlacementShares {
  float left, right, top, bottom;      // jitter; or where a zoomed part lies: left, top
  float left_or_top, right_or_bottom;  // resize; or zoom and stretch
  Flips flips;

  PlacementShares(const Augmentation& augmentation, Random& random);
};

// A part of a picture, in its pixels, which fills the network's input; it may reach beyond the picture.
struct Placement {
  FitArea::Rectangle from;
  Flips flips;
};

Placement place_picture(const Augmentation& augmentation, const PlacementShares& shares, int width,
                        int height, const Shape& input);

// What is shown of a placed picture: the pixels of the input from (skip_x, skip_y) on, at another place of
// it.
struct Window {
  FitArea::Rectangle covered;
  int skip_x = 0, skip_y = 0;
};

// The pixels of the window that show the picture; the others lie beside it. Empty where none does.
FitArea shown_area(const Placement& placement, const Window& window, int width, int height,
                   const Shape& input);

// A truth of a picture of this size, as the window shows it, cut off at its edges. Nothing where less than a
// pixel either way is left, or less of its area than least_visible.
std::optional<TrueBox> shown_truth(const Truth& truth, const Placement& placement, const Window& window,
                                   int width, int height, const Shape& input, float least_visible);

}  // namespace nightjar
