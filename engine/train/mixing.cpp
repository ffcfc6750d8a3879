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

}  // namespace nightjar
