#include "kernels/ops/concat.h"

namespace nightjar {

void ops::Concat::define(Inputs ins, Outputs outs) const {
  const Shape shape = out();
  int to = 0;  // output channel at which the slice begins
  for (std::size_t i = 0; i < slices.size(); to += slices[i++].channels) {
    for (int n = 0; n < outs[0].batch; ++n)
      for (int c = 0; c < slices[i].channels; ++c)
        for (int y = 0; y < shape.h; ++y)
          for (int x = 0; x < shape.w; ++x)
            *outs[0].at(n, to + c, y, x) = *ins[i].at(n, slices[i].first + c, y, x);
  }
}

}  // namespace nightjar
