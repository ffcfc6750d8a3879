// Which way up a picture is meant to be seen (Exif 2.32, section 4.6.4, tag 274).
#pragma once

#include <string_view>

#include "parsers/pixels.h"

namespace nightjar {

// The orientation in an Exif block, which is a TIFF file: 1 to 8; 1, as it is stored, where there is none or
// the block is damaged.
int orientation_of(std::string_view tiff);

// The picture as it is meant to be seen, from one that is stored with `orientation`.
Image upright(Image stored, int orientation);

}  // namespace nightjar
