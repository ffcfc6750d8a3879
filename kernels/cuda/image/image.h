// Into and out of the device's layout: pictures as uploaded -> the network's input, and planar tensors.
#pragma once

#include "kernels/cuda/kernel.h"

namespace nightjar::cuda {

// A picture on the device: 8 bits a value, rows from the top, channels interleaved, no gaps.
struct Picture {
  const std::uint8_t* pixels;
  int width, height, channels;
};
// Where it lies in the network's input; around it is grey .5 (engine/image/fit.cpp says where for which fit).
struct FittedArea {
  int left, top, width, height;
};

// Writes image n of `input`: values / 255, resized by Darknet's align-corners bilinear filter, rows first,
// rounding as the CPU does (fit_image).
Status fit_picture(const Picture& picture, const FittedArea& area, const Tensor& input, int n, Stream stream);

// Between NHWC and float (n, c, h, w) without gaps, on the device.
Status to_planar(const Tensor& from, float* to, Stream stream);
Status from_planar(const float* from, const Tensor& to, Stream stream);

}  // namespace nightjar::cuda
