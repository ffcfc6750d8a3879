#include "kernels/ops/quantise.h"

#include <algorithm>
#include <cmath>

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::Quantise::define(Inputs ins, Outputs outs) const {
  reference::for_each_element(outs[0], [&](int n, int c, int y, int x) {
    const float scaled = std::nearbyint(*ins[0].at(n, c, y, x) / scale);
    *outs[0].element<std::int8_t>(n, c, y, x) = static_cast<std::int8_t>(std::clamp(scaled, -127.f, 127.f));
  });
}

}  // namespace nightjar
