// COCO's annotations of many pictures in one file: JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/result.h"

namespace nightjar {

struct CocoPicture {
  std::string id;  // a number's digits, or a text
  std::string file_name;
  int width, height;
};

struct CocoCategory {
  std::int64_t id;
  std::string name;
};

struct CocoAnnotation {
  std::string picture;  // a CocoPicture's id
  std::int64_t category;
  double left, top, width, height;  // pixels
  double area;                      // of the outline; of the box where the file says none
  bool crowd;
};

struct CocoAnnotations {
  std::vector<CocoPicture> pictures;
  std::vector<CocoCategory> categories;
  std::vector<CocoAnnotation> annotations;
};

// What is no JSON is refused with its line, what is missing or of another kind with its place:
// "annotations[3]". Outlines are passed over unread.
Result<CocoAnnotations> parse_coco(std::string_view bytes, const std::string& file);

}  // namespace nightjar
