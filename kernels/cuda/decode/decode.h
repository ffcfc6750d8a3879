// Boxes straight from the raw values of YOLO heads, on the device: sigmoids, exponentials, and only what
// passes the threshold is kept (docs/darknet-format.md section 6.2). Does what the yolo_head kernel and
// engine/heads's decode() do, up to the threshold on classes.
#pragma once

#include <span>

#include "kernels/cuda/divider.h"
#include "kernels/cuda/kernel.h"

namespace nightjar::cuda {

struct YoloBoxes {
  static constexpr int max_slots = 16;
  int slots = 0, classes = 0;
  float anchors[2 * max_slots] = {};  // w, h of each slot in the network's pixels
  int network_w = 0, network_h = 0;
  float scale_x_y = 1;
  bool new_coords = false;  // values already went through a logistic
};

// Where survivors go, on the device. Their order is that of arrival; sorting by index restores the one in
// which the CPU finds them: ((image*h + y)*w + x)*slots + slot.
struct Survivors {
  unsigned* count;  // zeroed by the caller; counts beyond the capacity, so that too little room shows
  int* indices;     // (capacity)
  float* rows;      // (capacity, row_floats(classes)): x, y, w, h, objectness, then objectness * class
                    // probability each
  unsigned capacity;
};
NIGHTJAR_BOTH constexpr int row_floats(int classes) {
  return 5 + classes;
}

struct RawHead {
  YoloBoxes boxes;
  Tensor values;  // the input of the YoloHead operation
  Survivors survivors;
};

// Appends the cells of each head whose objectness is above the threshold; one launch for all heads of a type.
// NaN never passes; x, y, w, h are relative to the network's input, and may be infinite.
Status decode_yolo(std::span<const RawHead> heads, float threshold, Stream stream);

}  // namespace nightjar::cuda
