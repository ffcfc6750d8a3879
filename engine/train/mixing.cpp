#include "engine/train/example.h"

namespace nightjar {

Mixing::Mixing(const Augmentation& augmentation, Random& random) {
  const bool mixes = random.coin(), cuts = random.coin();
  x = random.share(), y = random.share();
  width = random.between(.3f, .8f), height = random.between(.3f, .8f);
  if (!mixes) return;
  mix = augmentation.mix;
  if (mix == Mix::cutmix_or_mosaic) mix = cuts ? Mix::cutmix : Mix::mosaic;
}

namespace {

int cut_at(float share, int side) {
  constexpr float margin = .2f;
  return static_cast<int>(static_cast<float>(side) * (margin + share * (1 - 2 * margin)));
}

}  // namespace

FitArea::Rectangle Mixing::quarter(int number, const Shape& input) const {
  const int cut_x = cut_at(x, input.w), cut_y = cut_at(y, input.h);
  const bool right = number % 2 == 1, below = number >= 2;
  return {right ? cut_x : 0, below ? cut_y : 0, right ? input.w - cut_x : cut_x,
          below ? input.h - cut_y : cut_y};
}

}  // namespace nightjar
