// Pascal VOC's annotation of a picture: XML.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "parsers/result.h"

namespace nightjar {

struct VocObject {
  std::string name;
  double left, top, right, bottom;  // xmin, ymin, xmax, ymax: pixels, counted from 1
  bool difficult;
  int line;
};

struct VocAnnotation {
  int width, height;
  std::vector<VocObject> objects;
};

// Errors (malformed, too_large) have the line of what is missing or wrong. Boxes may reach over the picture.
// With `broken`, an object that is wrong goes there and is left out, and does not end it.
Result<VocAnnotation> parse_voc(std::string_view bytes, const std::string& file,
                                std::vector<Error>* broken = nullptr);

}  // namespace nightjar
