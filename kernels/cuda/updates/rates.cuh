// Rates and the loss scale, as kernels read and write them.
#pragma once

#include "kernels/cuda/device.cuh"
#include "kernels/ops/updates/loss_scale.h"
#include "kernels/ops/updates/rates.h"

namespace nightjar::cuda {

// F: Rates or LossScale.
template <class F>
NIGHTJAR_DEVICE F fields_at(Global<const float> from) {
  float values[F::count];
#pragma unroll
  for (int i = 0; i < F::count; ++i) values[i] = from[i];
  return F::at(values);
}
template <class F>
NIGHTJAR_DEVICE void put_fields(Global<float> to, const F& fields) {
  float values[F::count];
  fields.put(values);
#pragma unroll
  for (int i = 0; i < F::count; ++i) to[i] = values[i];
}

}  // namespace nightjar::cuda
