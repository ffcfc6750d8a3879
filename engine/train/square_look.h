// What becomes of a picture of a classifier's set on its way into an example.
#pragma once

#include "engine/train/kept_pictures.h"
#include "engine/train/look.h"

namespace nightjar {

// A square of it, turned, zoomed and moved; black where it reaches over the picture.
class SquareLook {
 public:
  SquareLook(const Augmentation& augmentation, Random& random);

  // Fills `input`, one image.
  void show(const KeptPicture& picture, const Tensor& input) const;

 private:
  float aspect_, side_, turn_;  // widths of the input for the shorter side; radians
  float right_, down_;          // -1 to 1, of what may be moved
  Flips flips_;
  ColourChange colours_;
};

}  // namespace nightjar
