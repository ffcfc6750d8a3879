// An annotated copy of a picture: labelled boxes, a colour a class, text that stays readable on any
// background.
#pragma once

#include <string>
#include <vector>

#include "engine/detect/boxes.h"
#include "parsers/image.h"

namespace nightjar {

// Line width and text size grow with the picture. Labels read "name 97%" (several classes joined by ", "),
// sit on a filled tag in the box's colour, inside the picture, and do not hide each other where there is
// room.
void draw_boxes(Image& picture, const Boxes& boxes, const std::vector<std::string>& names);

// The file's bytes, by the extension of `file`: .png, .jpg, .jpeg or .bmp; PNG for anything else.
std::string encode_image(const Image& picture, const std::string& file);

}  // namespace nightjar
