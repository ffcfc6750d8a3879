// Small pictures, large enough to be drawn on.
#pragma once

#include "parsers/image.h"

namespace nightjar {

// By as many whole pixels as its longer side takes to reach `side`, or nearly: edges stay sharp, and the
// names of boxes have room.
Image enlarged(const Image& picture, int side);

}  // namespace nightjar
