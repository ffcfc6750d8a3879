// Boxes as text: what the Darknets print, CSV, and label files (docs/darknet-format.md section 9). JSON is in
// format_json.h.
// Bytes in, bytes out: nothing is printed, nothing depends on the locale.
//
// Names may be too few or hold anything: a class without a name is called "class N", lines and CSV escape
// control bytes and what is not UTF-8 (\x1b), and classes whose name starts with "dont_show" are left out, as
// AlexeyAB's Darknet does. Coordinates are not clipped to the picture.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/detect/boxes.h"

namespace nightjar {

using Names = std::span<const std::string>;

struct PixelSize {
  int width, height;
};

std::string class_name(Names names, int class_id);  // as it is
bool shown(Names names, int class_id);              // false for "dont_show..."
// The classes of a box that are shown, by class number: the order in which the Darknets go through them.
std::vector<ClassScore> shown_by_number(const Detection& box, Names names);

// AlexeyAB's lines "name: 97%", boxes from left to right, the best class of each in front of its others; with
// `coordinates` (-ext_output) each line ends in the box in pixels of a picture of this size.
std::string alexeyab_lines(const Boxes& boxes, Names names, PixelSize picture, bool coordinates);

// pjreddie's lines "name: 97%", in the order of the boxes and of the class numbers.
std::string pjreddie_lines(const Boxes& boxes, Names names);

// One row a box and class, by RFC 4180 with line feeds, in UTF-8: pixels of a picture of this size, one
// decimal.
inline constexpr std::string_view csv_head = "file,class_id,name,confidence,left,top,width,height\n";
std::string csv_rows(const Boxes& boxes, Names names, std::string_view file, PixelSize picture);

// The lines of a label file (-save_labels): best class, centre and size relative to the picture; with
// `confidence` the class's probability, too.
std::string label_lines(const Boxes& boxes, bool confidence = false);

}  // namespace nightjar
