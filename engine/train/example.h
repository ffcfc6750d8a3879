// One example, of one picture or of several.
#pragma once

#include <memory>
#include <span>

#include "engine/train/examples.h"
#include "engine/train/kept_pictures.h"
#include "engine/train/random.h"
#include "kernels/fit_area.h"

namespace nightjar {

// How many pictures become one, drawn before anything is known of them.
struct Mixing {
  Mix mix = Mix::none;          // one of which there is no doubt left
  float x = 0, y = 0;           // mosaic's point, cutmix's corner: shares of what is possible
  float width = 0, height = 0;  // of cutmix's rectangle, shares of the sides

  Mixing(const Augmentation& augmentation, Random& random);
  // The part of the input that mosaic gives one of its four pictures.
  FitArea::Rectangle quarter(int number, const Shape& input) const;
  int pictures() const { return mix == Mix::none ? 1 : mix == Mix::mosaic ? 4 : 2; }
};

using PictureSpan = std::span<const std::shared_ptr<const KeptPicture>>;

// Of mixing.pictures() pictures. `boxes`: of the truth, at most.
Example make_detector_example(PictureSpan pictures, const Mixing& mixing, const Augmentation& augmentation,
                              Random& random, const Shape& input, int boxes);
// The truth is a share for each of `classes`.
Example make_classifier_example(PictureSpan pictures, const Mixing& mixing, const Augmentation& augmentation,
                                Random& random, const Shape& input, int classes);

}  // namespace nightjar
