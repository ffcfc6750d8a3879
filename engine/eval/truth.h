// What a picture shows, as its labels say: what boxes are held against.
#pragma once

#include <vector>

#include "engine/detect/boxes.h"

namespace nightjar {

struct PixelBox {
  double left = 0, top = 0, width = 0, height = 0;
};

struct Truth {
  int class_id = 0;
  float x = 0, y = 0, w = 0, h = 0;  // centre and size relative to the picture, as a Detection's
  PixelBox pixels;
  double area = 0;         // in pixels: of the object's outline where the labels know it, else of the box
  bool crowd = false;      // many of a kind in one box; neither missed nor found twice
  bool difficult = false;  // neither missed nor wrong

  bool counts() const { return !crowd && !difficult; }
};

inline Detection box_of(const Truth& truth) {
  return {truth.x, truth.y, truth.w, truth.h, 1, {{truth.class_id, 1}}};
}

// For labels that are relative to a picture of any size.
inline void place_in_pixels(std::vector<Truth>& truths, int width, int height) {
  for (Truth& truth : truths) {
    const double w = static_cast<double>(truth.w) * width, h = static_cast<double>(truth.h) * height;
    truth.pixels = {static_cast<double>(truth.x) * width - w / 2,
                    static_cast<double>(truth.y) * height - h / 2, w, h};
    truth.area = w * h;
  }
}

}  // namespace nightjar
