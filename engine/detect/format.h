// Boxes as text: what the Darknets print and write, CSV, and label files (docs/darknet-format.md section 9).
// Bytes in, bytes out: nothing is printed, nothing depends on the locale.
//
// Names may be too few or hold anything: a class without a name is called "class N", lines for a terminal
// escape control bytes (\x1b), and classes whose name starts with "dont_show" are left out, as AlexeyAB's
// Darknet does. Coordinates are not clipped to the picture.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/detect/boxes.h"

namespace nightjar {

using Names = std::span<const std::string>;

struct PixelSize {
  int width, height;
};

std::string class_name(Names names, int class_id);  // as it is
bool shown(Names names, int class_id);              // false for "dont_show..."

// AlexeyAB's lines "name: 97%", boxes from left to right, the best class of each in front of its others; with
// `coordinates` (-ext_output) each line ends in the box in pixels of a picture of this size.
std::string alexeyab_lines(const Boxes& boxes, Names names, PixelSize picture, bool coordinates);

// pjreddie's lines "name: 97%", in the order of the boxes and of the class numbers.
std::string pjreddie_lines(const Boxes& boxes, Names names);

// AlexeyAB's -out file: json_head, objects joined by json_separator, json_tail. Names and paths are escaped;
// what is not UTF-8 in them becomes U+FFFD. `frame` counts from 1.
inline constexpr std::string_view json_head = "[\n", json_separator = ", \n", json_tail = "\n]";
std::string json_object(const Boxes& boxes, Names names, std::string_view file, std::int64_t frame);

// One row a box and class, by RFC 4180 with line feeds: pixels of a picture of this size, one decimal.
inline constexpr std::string_view csv_head = "file,class_id,name,confidence,left,top,width,height\n";
std::string csv_rows(const Boxes& boxes, Names names, std::string_view file, PixelSize picture);

// The lines of a label file (-save_labels): best class, centre and size relative to the picture.
std::string label_lines(const Boxes& boxes);

}  // namespace nightjar
