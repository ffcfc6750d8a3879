#include "kernels/ops/turn_filters.h"

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::TurnFilters::define(Inputs ins, Outputs outs) const {
  const float* weights = reference::array(ins[0]);
  auto* to = static_cast<float*>(outs[0].data);
  const int channels = conv.in.c / conv.groups, filters = conv.out.c / conv.groups;
  const std::int64_t taps = std::int64_t{conv.size} * conv.size;
  for (int n = 0; n < conv.out.c; ++n) {
    const int group = n / filters;
    for (int c = 0; c < channels; ++c) {
      const std::int64_t turned = (std::int64_t{group} * channels + c) * filters + n % filters;
      for (std::int64_t tap = 0; tap < taps; ++tap) to[turned * taps + taps - 1 - tap] = *weights++;
    }
  }
}

}  // namespace nightjar
