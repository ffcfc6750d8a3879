#include "kernels/ops/heads/yolo_head.h"

#include "kernels/reference/elements.h"
#include "kernels/reference/heads/entries.h"

namespace nightjar {

void ops::YoloHead::define(Inputs ins, Outputs outs) const {
  const int planes = 5 + classes;
  reference::for_each_element(outs[0], [&](int n, int c, int y, int x) {
    const int plane = c % planes;
    const bool centre = plane < 2, size = plane == 2 || plane == 3;
    float value = *ins[0].at(n, c, y, x);
    if (!new_coords && !size) value = reference::logistic(value);
    *outs[0].at(n, c, y, x) = centre ? reference::stretch(value, scale_x_y) : value;
  });
}

}  // namespace nightjar
