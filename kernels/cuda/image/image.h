// Into and out of the device's layout: pictures as uploaded -> the network's input, and planar tensors.
#pragma once

#include "kernels/cuda/kernel.h"
#include "kernels/fit_area.h"

namespace nightjar::cuda {

// A picture on the device: 8 bits a value, rows from the top, channels interleaved, no gaps.
struct Picture {
  const std::uint8_t* pixels;
  int width, height, channels;
};
// Writes image n of `input`: values / 255, resized by Darknet's align-corners bilinear filter, rows first,
// rounding as the CPU does (fit_image). Around what is covered is grey .5 (engine/image/fit.cpp says which
// area for which fit).
Status fit_picture(const Picture& picture, const FitArea& area, const Tensor& input, int n, Stream stream);

// Between NHWC and float (n, c, h, w) without gaps, on the device.
Status to_planar(const Tensor& from, float* to, Stream stream);
Status from_planar(const float* from, const Tensor& to, Stream stream);

}  // namespace nightjar::cuda
