// Convolution in whole numbers.
#include "kernels/ops/conv_int8.h"

#include <algorithm>
#include <cmath>

#include "kernels/reference/elements.h"
#include "kernels/reference/reference.h"
#include "kernels/reference/windows.h"

namespace nightjar {

void ops::ConvInt8::define(Inputs ins, Outputs outs) const {
  const std::int64_t filter_size = conv.weights().size() / conv.out.c;
  const float *scales = reference::array(ins[2]), *biases = reference::array(ins[3]);
  reference::for_each_element(outs[0], [&](int n, int filter, int y, int x) {
    const auto* taps = reference::array<std::int8_t>(ins[1]) + filter * filter_size;
    std::int32_t sum = 0;
    reference::for_each_tap(conv, filter, y, x, [&](std::int64_t tap, int c, int in_y, int in_x) {
      sum += taps[tap] * *ins[0].element<std::int8_t>(n, c, in_y, in_x);
    });
    const float value = static_cast<float>(double{in_scale} * scales[filter] * sum + biases[filter]);
    const float scaled = std::nearbyint(reference::activate(conv.activation, value) / out_scale);
    *outs[0].element<std::int8_t>(n, filter, y, x) =
        static_cast<std::int8_t>(std::clamp(scaled, -127.f, 127.f));
  });
}

}  // namespace nightjar
