#include "engine/train/example_boxes.h"

#include "kernels/ops/losses/truth.h"

namespace nightjar {

Boxes boxes_of(const Example& example) {
  Boxes boxes;
  for (std::size_t i = 0; i + TrueBox::floats <= example.truth.size(); i += TrueBox::floats) {
    const float* f = &example.truth[i];
    if (f[2] == 0) break;
    boxes.push_back({f[0], f[1], f[2], f[3], 1, {{static_cast<int>(f[4]), f[5]}}});
  }
  return boxes;
}

}  // namespace nightjar
