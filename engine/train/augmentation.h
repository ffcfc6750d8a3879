// How pictures are changed before a network sees them, as [net] and the last head say
// (docs/darknet-format.md section 12.6).
#pragma once

#include "parsers/cfg.h"
#include "parsers/result.h"

namespace nightjar {

struct Augmentation {
  float jitter = 0;                    // of the sides, what is cut off or put on at random
  float resize = 1;                    // zoom from 1 / resize to resize, on top of it
  float hue = 0;                       // of a turn, either way
  float saturation = 1, exposure = 1;  // from 1 / s to s
  bool flip = true;                    // left and right
  bool flip_vertical = false;          // up and down
};

// Errors: malformed, with the line.
Result<Augmentation> read_augmentation(const Cfg& cfg);

}  // namespace nightjar
