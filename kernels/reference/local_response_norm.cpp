// Darknet carries the sum on from channel to channel: it begins with the channels below size/2, and each step
// adds the channel that comes in and takes off the one that goes out. Channel size/2 never comes in, and goes
// out all the same.
#include "kernels/ops/local_response_norm.h"

#include <algorithm>
#include <cmath>

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::LocalResponseNorm::define(Inputs ins, Outputs outs) const {
  reference::for_each_element(outs[0], [&](int n, int c, int y, int x) {
    const auto square = [&](int k) { return std::pow(double{*ins[0].at(n, k, y, x)}, 2); };
    const int last = std::min(c + behind(), shape.c - 1);
    double sum = lost_channel() < shape.c ? -square(lost_channel()) : 0;
    for (int k = std::max(0, c - before()); k <= last; ++k) sum += square(k);
    *outs[0].at(n, c, y, x) =
        static_cast<float>(*ins[0].at(n, c, y, x) * std::pow(kappa + alpha * sum, -beta));
  });
}

}  // namespace nightjar
