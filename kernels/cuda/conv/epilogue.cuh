// The end of every tiled convolution: a tile of sums in shared memory -> bias, activation, residual add,
// second activation -> NHWC. Going through shared memory turns the fragments of a matrix instruction, which
// lie scattered, into whole 16-byte stores along the channels, and keeps the activations out of the unrolled
// part.
#pragma once

#include "kernels/cuda/activation.cuh"
#include "kernels/cuda/conv/geometry.h"

namespace nightjar::cuda {

template <class T>
struct ConvOutput {
  Global<T> out;
  Global<const T> residual;  // null: none
  Global<const float> bias;  // one a filter of all groups
  Activation activation, residual_activation;
  int out_pixel, residual_pixel;
  bool packs;  // everything can be read and written 16 bytes at a time
  // Stores floats as tf32: the matrix units cut low bits off where they read them, an error with one sign
  // that adds up from layer to layer.
  bool rounds;
};

template <class T>
ConvOutput<T> conv_output(const ops::Conv& op, const Call& call) {
  const Tensor& out = call.out();
  ConvOutput<T> o{};
  o.out = static_cast<T*>(out.data);
  o.bias = call.packed_as<float>();
  o.activation = op.activation, o.residual_activation = op.residual_activation;
  o.out_pixel = out.pixel;
  o.rounds = call.precision == Precision::tf32;
  constexpr int width = 16 / sizeof(T);
  o.packs = op.out.c / op.groups % width == 0 && out.pixel % width == 0 && aligned(out.data);
  if (op.residual) {
    const Tensor& residual = call.in[1];
    o.residual = static_cast<const T*>(residual.data);
    o.residual_pixel = residual.pixel;
    o.packs = o.packs && residual.pixel % width == 0 && aligned(residual.data);
  }
  return o;
}

// Floats between rows of a tile in shared memory: 8 more than a multiple of 32 banks, so that the 4 rows x 8
// columns of a fragment's store touch each bank once.
NIGHTJAR_BOTH constexpr int tile_stride(int filters) {
  return filters + 8;
}
NIGHTJAR_BOTH constexpr int tile_bytes(int pixels, int filters) {
  return pixels * tile_stride(filters) * 4;
}

template <class T>
NIGHTJAR_DEVICE T stored(const ConvOutput<T>& o, float value) {
  if constexpr (std::is_same_v<T, float>) {
    return o.rounds ? rounded_to_tf32(value) : value;
  } else {
    return from_float<T>(value);
  }
}

// Finishes `width` neighbouring filters of one pixel.
template <int width, class T>
NIGHTJAR_DEVICE void store_pixel(const ConvOutput<T>& o, const Pack<float, width>& sums, int pixel,
                                 int filter) {
  const Pack<float, width> bias = load<width>(o.bias + filter);
  Pack<T, width> residual{};
  if (o.residual) residual = load<width>(o.residual + (pixel * o.residual_pixel + filter));
  float values[width];
#pragma unroll
  for (int i = 0; i < width; ++i) values[i] = sums.v[i] + bias.v[i];
  activate(o.activation, values);
  if (o.residual) {
#pragma unroll
    for (int i = 0; i < width; ++i) values[i] += to_float(residual.v[i]);
    activate(o.residual_activation, values);
  }
  Pack<T, width> result;
#pragma unroll
  for (int i = 0; i < width; ++i) result.v[i] = stored(o, values[i]);
  store<width>(o.out + (pixel * o.out_pixel + filter), result);
}

// The rows [begin, end) of a tile whose first row is output pixel `first_pixel`, and whose columns are
// filters `first_filter`... of one group, of which `filters` exist.
template <int columns, int threads, int width, class T>
NIGHTJAR_DEVICE void store_rows(const ConvOutput<T>& o, Shared<const float> tile, int begin, int end,
                                int first_pixel, int pixels, int first_filter, int filters) {
  constexpr int packs = columns / width;
#pragma unroll 1
  for (int i = begin * packs + static_cast<int>(threadIdx.x); i < end * packs; i += threads) {
    const int row = i / packs, column = i % packs * width;
    if (first_pixel + row >= pixels || column >= filters) continue;
    const Pack<float, width> sums = load<width>(tile + (row * tile_stride(columns) + column));
    store_pixel<width>(o, sums, first_pixel + row, first_filter + column);
  }
}

// The whole tile, by all threads of the block; a barrier lies before it.
template <int rows, int columns, int threads, class T>
NIGHTJAR_DEVICE void store_tile(const ConvOutput<T>& o, Shared<const float> tile, int first_pixel, int pixels,
                                int first_filter, int filters) {
  if (o.packs) {
    store_rows<columns, threads, 16 / sizeof(T)>(o, tile, 0, rows, first_pixel, pixels, first_filter,
                                                 filters);
  } else {
    store_rows<columns, threads, 1>(o, tile, 0, rows, first_pixel, pixels, first_filter, filters);
  }
}

}  // namespace nightjar::cuda
