// Darknet pairs cell (k, j, i) of a "deep" shape with cell (k mod oc, j*s + k/oc div s, i*s + k/oc mod s) of
// a "wide" one, oc = deep.c / s^2, and copies wide to deep, or deep to wide in reverse. [reorg] takes the
// input's shape for the deep one and [reorg3d] the output's, whichever way it copies, and both read the
// tensors flat: hence only [reorg3d] forwards and [reorg] in reverse are the permutations one would expect.
#include "kernels/ops/reorg.h"

#include "kernels/reference/elements.h"

namespace nightjar {

void ops::Reorg::define(Inputs ins, Outputs outs) const {
  const Shape deep = space_to_depth ? out : in;
  const int s = stride, wide_c = deep.c / (s * s);
  for (int n = 0; n < outs[0].batch; ++n)
    for (int k = 0; k < deep.c; ++k)
      for (int j = 0; j < deep.h; ++j)
        for (int i = 0; i < deep.w; ++i) {
          const int cell = k / wide_c, y = j * s + cell / s, x = i * s + cell % s;
          const std::int64_t deep_index = (std::int64_t{k} * deep.h + j) * deep.w + i;
          const std::int64_t wide_index = (std::int64_t{k % wide_c} * deep.h * s + y) * deep.w * s + x;
          if (reverse)
            *outs[0].flat(n, wide_index) = *ins[0].flat(n, deep_index);
          else
            *outs[0].flat(n, deep_index) = *ins[0].flat(n, wide_index);
        }
}

}  // namespace nightjar
