#include "engine/train/look.h"

#include <algorithm>

#include "engine/train/smudge.h"
#include "kernels/cpu/kernel_set.h"

namespace nightjar {

ColourChange draw_colours(const Augmentation& augmentation, Random& random) {
  const float hue = random.between(-augmentation.hue, augmentation.hue);
  const float saturation = random.factor(augmentation.saturation);
  return {hue, saturation, random.factor(augmentation.exposure)};
}

namespace {

// Of three times, Darknet leaves one picture as it is, blurs the background of one, and all of one.
int draw_blur(int side, Random& random) {
  const int kind = random.below(3);
  return kind == 0 ? 0 : kind == 1 ? std::min(side, 1) : side;
}

void fill(const Pane& pane, const std::array<float, 3>& colour) {
  for (int c = 0; c < pane.channels(); ++c)
    for (int y = 0; y < pane.area.height; ++y)
      std::ranges::fill(pane.row(c, y), colour[static_cast<std::size_t>(c)]);
}

// A blur as wide as an eighth of the smallest object at most.
void blur_seen(const Pane& pane, int side, const std::vector<TrueBox>& boxes) {
  constexpr int of_background = 17;
  const Shape& shape = pane.input.shape;
  float smallest = static_cast<float>(8 * side);
  for (const TrueBox& box : boxes)
    smallest = std::min({smallest, box.w * static_cast<float>(shape.w), box.h * static_cast<float>(shape.h)});
  if (side == 1) return blur_background(pane, of_background, boxes);
  if (side = std::min(side, static_cast<int>(smallest / 8)) / 2 * 2 + 1; side > 1) blur(pane, side);
}

}  // namespace

Look::Look(const Augmentation& augmentation, Random& random)
    : augmentation_(augmentation),
      shares_(augmentation, random),
      colours_(draw_colours(augmentation, random)),
      blur_(draw_blur(augmentation.blur, random)),
      noise_(random.coin() ? augmentation.noise : 0),
      details_(random.next()) {}

Placement Look::place(const KeptPicture& picture, const Shape& input) const {
  const Image& image = picture.labelled.picture;
  return place_picture(augmentation_, shares_, image.width, image.height, input);
}

std::vector<TrueBox> Look::show(const KeptPicture& picture, const Window& window, const Tensor& input) const {
  const Image& image = picture.labelled.picture;
  const Pane pane{input, window.covered};
  const Placement placement = place(picture, input.shape);
  const FitArea area = shown_area(placement, window, image.width, image.height, input.shape);
  if (area.covered.width < pane.area.width || area.covered.height < pane.area.height)
    fill(pane, augmentation_.letter_box ? std::array{.5f, .5f, .5f} : picture.mean);
  fit_part(image, area, placement.flips, input, 0, *cpu::kernel_sets().front().picture_rows);
  change_colours(pane, colours_);

  Random details(details_, 0);
  std::vector<Truth> truths = picture.labelled.truths;
  details.shuffle(truths);
  std::vector<TrueBox> boxes;
  for (const Truth& truth : truths) {
    if (!truth.counts()) continue;
    const auto box = shown_truth(truth, placement, window, image.width, image.height, input.shape,
                                 augmentation_.least_visible);
    if (box) boxes.push_back(*box);
  }
  if (blur_ > 0) blur_seen(pane, blur_, boxes);
  if (noise_ > 0) add_noise(pane, noise_, details);
  return boxes;
}

void change_colours(const Pane& pane, const ColourChange& change) {
  if (change.hue == 0 && change.saturation == 1 && change.exposure == 1) return;
  const PictureRows& rows = *cpu::kernel_sets().front().picture_rows;
  for (int y = 0; y < pane.area.height; ++y) {
    if (pane.channels() == 3) {
      rows.distort(pane.row(0, y).data(), pane.row(1, y).data(), pane.row(2, y).data(), pane.area.width,
                   change);
    } else {
      for (float& value : pane.row(0, y)) value = std::min(value * change.exposure, 1.f);
    }
  }
}

}  // namespace nightjar
