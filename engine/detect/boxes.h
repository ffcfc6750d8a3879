// Boxes: what a detector answers for one picture.
#pragma once

#include <string>
#include <vector>

namespace nightjar {

struct ClassScore {
  int class_id;
  float probability;      // objectness times the class's own probability, above the threshold
  std::string name = {};  // where the model was loaded with names
};

// A box relative to the picture: centre and size, 0..1 where it lies inside; it may reach over the edges.
struct Detection {
  float x = 0, y = 0, w = 0, h = 0;
  float objectness = 0;
  std::vector<ClassScore> classes;  // at least one; most probable first; YOLOv3's classes are independent
};

using Boxes = std::vector<Detection>;

}  // namespace nightjar
