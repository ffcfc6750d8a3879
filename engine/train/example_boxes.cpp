#include "engine/train/example_boxes.h"

#include <algorithm>

namespace nightjar {

std::vector<float> truth_of(const std::vector<TrueBox>& boxes, int most) {
  std::vector<float> truth(static_cast<std::size_t>(TrueBox::shape(most).size()));
  auto row = truth.begin();
  for (const TrueBox& box : boxes) {
    if (row == truth.end()) break;
    row = std::ranges::copy(box.values(), row).out;
  }
  return truth;
}

Boxes boxes_of(const Example& example) {
  Boxes boxes;
  for (std::size_t i = 0; i + TrueBox::floats <= example.truth.size(); i += TrueBox::floats) {
    const TrueBox box = TrueBox::at(&example.truth[i]);
    if (box.is_end()) break;
    boxes.push_back({box.x, box.y, box.w, box.h, 1, {{static_cast<int>(box.class_id), box.weight}}});
  }
  return boxes;
}

}  // namespace nightjar
