// A picture's file, read and decoded.
#pragma once

#include <string>

#include "parsers/image.h"

namespace nightjar {

// `file`: "-" is standard input. Errors: cannot_read; those of parse_image().
Result<Image> read_picture(const std::string& file, int channels = 3, const ImageOptions& options = {});

}  // namespace nightjar
