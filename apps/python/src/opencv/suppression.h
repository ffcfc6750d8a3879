// OpenCV's suppression of boxes that show the same, cv2.dnn.NMSBoxes().
#pragma once

#include <vector>

namespace nightjar::python {

// Left, top, width, height; in pixels, or relative to a picture.
template <class T>
struct Box {
  T x, y, width, height;
};

struct SuppressOptions {
  float score_threshold;  // a box stays if its score is above
  float nms_threshold;    // and its overlap (IoU) with each box that stayed before it is not above
  float eta = 1;          // below 1: what nms_threshold, while above .5, is multiplied by for each that stays
  int most = 0;           // of the best scores so many are looked at; 0: all
};

// The numbers of the boxes that stay, by falling score, of equals the first one first.
template <class T>
std::vector<int> suppress(const std::vector<Box<T>>& boxes, const std::vector<float>& scores,
                          const SuppressOptions& options);

}  // namespace nightjar::python
