// An annotated copy of a picture: labelled boxes, a colour a class, text that stays readable on any
// background.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/detect/boxes.h"
#include "engine/image/typeface.h"
#include "parsers/image.h"

namespace nightjar {

struct DrawOptions {
  Typeface typeface;  // of the names
};

// Lines and text grow with the picture and shrink with a box. Labels read "name 97%" (several classes joined
// by ", ") on a tag in the box's colour, inside the picture. The surest get their place first: one where they
// hide neither another tag nor a small object, if there is any, else one where they hide least, and then what
// lies beneath shows through. Any number of threads may draw at once, each on a picture of its own.
void draw_boxes(Image& picture, const Boxes& boxes, const std::vector<std::string>& names,
                const DrawOptions& options = {});

// A box with words and a colour of one's own; the greatest of `sure` is on top. None without words is drawn.
struct Mark {
  Detection box;
  std::string words;
  std::uint8_t red, green, blue;
  float sure;
};
// The same with these.
void draw_marks(Image& picture, std::span<const Mark> marks, const DrawOptions& options = {});

// The file's bytes, by the extension of `file`: .png, .jpg, .jpeg or .bmp; PNG for anything else.
std::string encode_image(const Image& picture, const std::string& file);

}  // namespace nightjar
