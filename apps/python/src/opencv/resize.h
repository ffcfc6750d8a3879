// cv2.resize() with INTER_LINEAR, by the arithmetic of OpenCV 4 for bytes and floats, so that networks see
// the very pixels that they see there.
#pragma once

#include <vector>

namespace nightjar::python {

// Interleaved pixels without gaps: rows from the top, `channels` values a pixel.
template <class T>
struct Pixels {
  int width = 0, height = 0, channels = 0;
  std::vector<T> values;
};

// `x_factor`, `y_factor`: how much larger the result is, which places the samples. The size may be a rounded
// one.
template <class T>
Pixels<T> resize(const T* pixels, int width, int height, int channels, int new_width, int new_height,
                 double x_factor, double y_factor);

}  // namespace nightjar::python
