// What every operation means, written to be obviously right: one overload of run() an operation of
// kernels/ops.h. Works on any layout that Tensor can describe; reads and writes real channels only, never
// padding lanes or halos. Sums are kept in double, so that the reference is closer to the true value than
// what is tested against it.
#pragma once

#include <span>

#include "kernels/ops.h"
#include "kernels/tensor.h"

namespace nightjar::reference {

using Inputs = std::span<const Tensor>;
using Arrays = std::span<const float* const>;  // in the order kernels/ops.h states; a missing bias is nullptr

float activate(Activation activation, float x);

void run(const ops::Input&, Inputs in, Arrays arrays, const Tensor& out);  // does nothing
void run(const ops::Conv&, Inputs in, Arrays arrays, const Tensor& out);
void run(const ops::Connected&, Inputs in, Arrays arrays, const Tensor& out);
void run(const ops::BatchNorm&, Inputs in, Arrays arrays, const Tensor& out);
void run(const ops::Activate&, Inputs in, Arrays arrays, const Tensor& out);
void run(const ops::NormalizeChannels&, Inputs in, Arrays arrays, const Tensor& out);
void run(const ops::Add&, Inputs in, Arrays arrays, const Tensor& out);
void run(const ops::Concat&, Inputs in, Arrays arrays, const Tensor& out);
void run(const ops::Upsample&, Inputs in, Arrays arrays, const Tensor& out);
void run(const ops::MaxPool&, Inputs in, Arrays arrays, const Tensor& out);
void run(const ops::MaxPoolDepth&, Inputs in, Arrays arrays, const Tensor& out);
void run(const ops::LocalAvgPool&, Inputs in, Arrays arrays, const Tensor& out);
void run(const ops::AvgPool&, Inputs in, Arrays arrays, const Tensor& out);
void run(const ops::Reorg&, Inputs in, Arrays arrays, const Tensor& out);
void run(const ops::Multiply&, Inputs in, Arrays arrays, const Tensor& out);
void run(const ops::Softmax&, Inputs in, Arrays arrays, const Tensor& out);
void run(const ops::YoloHead&, Inputs in, Arrays arrays, const Tensor& out);
void run(const ops::GaussianHead&, Inputs in, Arrays arrays, const Tensor& out);
void run(const ops::RegionHead&, Inputs in, Arrays arrays, const Tensor& out);

}  // namespace nightjar::reference
