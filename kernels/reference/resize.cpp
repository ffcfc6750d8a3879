// What moves values without computing: upsampling, reorganising cells into channels, concatenation.
#include "kernels/reference/elements.h"
#include "kernels/reference/reference.h"

namespace nightjar::reference {

void run(const ops::Upsample& op, Inputs in, Arrays, const Tensor& out) {
  for_each_element(out, [&](int n, int c, int y, int x) {
    double sum = 0;
    if (op.down) {
      for (int dy = 0; dy < op.stride; ++dy)
        for (int dx = 0; dx < op.stride; ++dx) sum += *in[0].at(n, c, y * op.stride + dy, x * op.stride + dx);
    } else {
      sum = *in[0].at(n, c, y / op.stride, x / op.stride);
    }
    *out.at(n, c, y, x) = static_cast<float>(op.scale * sum);
  });
}

// Darknet pairs cell (k, j, i) of a "deep" shape with cell (k mod oc, j*s + k/oc div s, i*s + k/oc mod s) of
// a "wide" one, oc = deep.c / s^2, and copies wide to deep, or deep to wide in reverse. [reorg] takes the
// input's shape for the deep one and [reorg3d] the output's, whichever way it copies, and both read the
// tensors flat: hence only [reorg3d] forwards and [reorg] in reverse are the permutations one would expect.
void run(const ops::Reorg& op, Inputs in, Arrays, const Tensor& out) {
  const Shape deep = op.space_to_depth ? op.out : op.in;
  const int s = op.stride, wide_c = deep.c / (s * s);
  for (int n = 0; n < out.batch; ++n)
    for (int k = 0; k < deep.c; ++k)
      for (int j = 0; j < deep.h; ++j)
        for (int i = 0; i < deep.w; ++i) {
          const int cell = k / wide_c, y = j * s + cell / s, x = i * s + cell % s;
          const std::int64_t deep_index = (std::int64_t{k} * deep.h + j) * deep.w + i;
          const std::int64_t wide_index = (std::int64_t{k % wide_c} * deep.h * s + y) * deep.w * s + x;
          if (op.reverse)
            flat(out, n, wide_index) = flat(in[0], n, deep_index);
          else
            flat(out, n, deep_index) = flat(in[0], n, wide_index);
        }
}

void run(const ops::Concat& op, Inputs in, Arrays, const Tensor& out) {
  int first = 0;  // output channel at which the slice begins
  for (std::size_t i = 0; i < op.slices.size(); ++i) {
    const auto [source, channels] = op.slices[i];
    for (int n = 0; n < out.batch; ++n)
      for (int c = 0; c < channels; ++c)
        for (int y = 0; y < op.out.h; ++y)
          for (int x = 0; x < op.out.w; ++x) *out.at(n, first + c, y, x) = *in[i].at(n, source + c, y, x);
    first += channels;
  }
}

}  // namespace nightjar::reference
