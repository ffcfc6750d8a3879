// Boxes as JSON. Names and paths are escaped; what is not UTF-8 in them becomes U+FFFD. Nothing depends on
// the locale.
#pragma once

#include "engine/detect/format.h"

namespace nightjar {

// AlexeyAB's -out file: json_head, pictures joined by json_separator, json_tail. A picture is its opening
// with its number, from 1, and its objects.
inline constexpr std::string_view json_head = "[\n", json_separator = ", \n", json_tail = "\n]";
std::string json_opening(std::int64_t frame);
std::string json_objects(const Boxes& boxes, Names names, std::string_view file);

// A picture on one line (JSON Lines): file, width and height in pixels, milliseconds, objects with left, top,
// width and height in pixels.
std::string json_line(const Boxes& boxes, Names names, std::string_view file, PixelSize picture,
                      double milliseconds);

// COCO's results, each {"image_id", "category_id", "bbox": [left, top, width, height], "score"}, in pixels,
// within the picture; joined by ",\n", empty where there are none.
std::string coco_results(const Boxes& boxes, Names names, std::string_view file, PixelSize picture);
// As JSON: the number that the file's name ends in, as COCO's do, and else the name.
std::string coco_image_id(std::string_view file);
// The 80 classes of COCO have their category numbers of 1 to 90, others count from 1.
int coco_category(int class_id, Names names);

}  // namespace nightjar
