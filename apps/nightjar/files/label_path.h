// Where Darknet keeps the labels of a picture.
#pragma once

#include <string>

namespace nightjar {

// AlexeyAB's rule (docs/darknet-format.md section 9.4); "-" is standard input.
std::string label_path(const std::string& picture);

}  // namespace nightjar
