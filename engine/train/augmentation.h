// How pictures are changed before a network sees them, as [net] and the last head say
// (docs/darknet-format.md section 12.6).
#pragma once

#include <cstdint>

#include "parsers/cfg.h"
#include "parsers/result.h"

namespace nightjar {

// What is made of several pictures, half of the time.
enum class Mix : std::uint8_t {
  none,
  mixup,   // the mean of two
  cutmix,  // a rectangle of one in the other; of classifiers
  mosaic,  // four around a point
  cutmix_or_mosaic,
};

struct Augmentation {
  float jitter = 0;  // of the sides, what is cut off or put on at random
  float resize = 1;  // zoom from 1 / resize to resize, on top of it; below 1 only out
  // In place of these two: any part of the picture, as large as the input at a zoom from least_zoom to
  // greatest_zoom, its ratio changed by up to `stretch`. 0: no.
  float least_zoom = 0, greatest_zoom = 0, stretch = 1;
  float hue = 0;                       // of a turn, either way
  float saturation = 1, exposure = 1;  // from 1 / s to s
  bool flip = true;                    // left and right
  bool flip_vertical = false;          // up and down
  bool letter_box = false;             // sides keep their ratio; grey around the picture
  Mix mix = Mix::none;
  int blur = 0;             // pixels of its square; 1: of what is no object
  float noise = 0;          // deviation, of 1
  float least_visible = 0;  // of an object's area; what shows less of it is left out

  // Classifiers are shown a square that is turned and cut out in place of jitter and resize.
  bool classifies = false;
  float angle = 0;                          // degrees, either way
  float aspect = 1;                         // from 1 / a to a
  float least_side = 1, greatest_side = 2;  // of the picture, its shorter one: in widths of the network
  float label_smooth_eps = 0;               // of the truth, what goes to the other classes
};

// Errors: malformed, with the line.
Result<Augmentation> read_augmentation(const Cfg& cfg);

}  // namespace nightjar
