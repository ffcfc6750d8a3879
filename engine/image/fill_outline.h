// Outlines -> pixels.
#pragma once

#include "engine/image/face.h"

namespace nightjar {

// The inside of an outline whose units are pixels, y upwards from the baseline. Nothing where it reaches
// further than 500 pixels from where it is set.
std::optional<GlyphImage> fill_outline(const Outline& outline);

}  // namespace nightjar
