// What becomes of a picture of a detector's set on its way into an example.
#pragma once

#include <vector>

#include "engine/train/kept_pictures.h"
#include "engine/train/pane.h"
#include "engine/train/placement.h"
#include "kernels/reference/picture_rows.h"

namespace nightjar {

// Drawn before the picture is known.
ColourChange draw_colours(const Augmentation& augmentation, Random& random);

class Look {
 public:
  Look(const Augmentation& augmentation, Random& random);

  Placement place(const KeptPicture& picture, const Shape& input) const;
  // Fills the window of `input`, one image. Returns the truths that show in it, in an order of their own.
  std::vector<TrueBox> show(const KeptPicture& picture, const Window& window, const Tensor& input) const;

 private:
  const Augmentation& augmentation_;
  PlacementShares shares_;
  ColourChange colours_;
  int blur_;  // side of it; 0: none, 1: of what is no object
  float noise_;
  std::uint64_t details_;  // where the numbers begin that the picture takes more or less of
};

// Changes the pane's colours; of a picture without colours its brightness.
void change_colours(const Pane& pane, const ColourChange& change);

}  // namespace nightjar
