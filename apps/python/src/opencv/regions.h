// A detection layer's values as the rows that OpenCV's Region layer gives.
#pragma once

#include <vector>

namespace nightjar::python {

struct RegionGrid {
  int rows, columns;              // of cells
  int slots, classes;             // boxes of a cell; classes of a box
  std::vector<float> anchors;     // w, h of each slot
  float unit_width, unit_height;  // of the input, in what anchors are measured in
  bool new_coords;                // sides are squares of twice the value, not exponentials
  bool class_fix;                 // objectness below one half counts as none
  float threshold;                // class scores that are not above become 0
  float nms_threshold;            // and those of boxes that overlap a better one of the class; 0: none do
};

// `values`: planes of slots x (x, y, w, h, objectness, classes), logistics applied. `out`: a row for each
// cell and slot, cells by rows, slots inside: centre x, centre y, width, height (relative to the input),
// objectness, and of each class objectness times its probability.
void region_rows(const RegionGrid& grid, const float* values, float* out);

}  // namespace nightjar::python
