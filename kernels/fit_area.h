// Which part of a picture becomes which part of a network's input.
#pragma once

namespace nightjar {

// Pixel (x, y) of the area that is covered is pixel (x + skip_x, y + skip_y) of `from`, resized to `to`;
// beyond the edges of `to`, that of the edge.
struct FitArea {
  struct Rectangle {
    int left = 0, top = 0, width = 0, height = 0;
  };
  Rectangle covered;  // of the input, in pixels
  Rectangle from;     // of the picture
  int to_width = 0, to_height = 0;
  int skip_x = 0, skip_y = 0;
};

}  // namespace nightjar
