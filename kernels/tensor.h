// The view that every kernel reads and writes: activations of one batch, planar or channel-blocked.
#pragma once

#include <cstddef>
#include <cstdint>

// Kernel sources are compiled once per instruction set; what they share must never be emitted as a mergeable
// symbol, or a baseline caller could be linked against AVX code.
#define NIGHTJAR_INLINE [[gnu::always_inline]] inline

namespace nightjar {

struct Shape {
  int c = 0, h = 0, w = 0;

  NIGHTJAR_INLINE std::int64_t size() const { return std::int64_t{c} * h * w; }
  NIGHTJAR_INLINE bool operator==(const Shape& o) const { return c == o.c && h == o.h && w == o.w; }
};

// Activations, float32, of `batch` images of `shape`. Channels lie in blocks: element (n, c, y, x) is at
//   data + n*image + (c / block)*plane + y*row + x*block + c % block
// block 1 is plain NCHW; 4, 8 and 16 are nChw4c, nChw8c, nChw16c, one vector register a pixel. Where c is no
// multiple of block the last block is padded, and its padding lanes hold zeros or finite leftovers, never
// NaN. `halo` cells of zeros surround each plane on all four sides (reachable at negative coordinates) for
// kernels that read over the edge.
struct Tensor {
  float* data = nullptr;
  Shape shape;
  int batch = 1;
  int block = 1;
  int halo = 0;
  std::ptrdiff_t row = 0, plane = 0, image = 0;  // strides in floats

  NIGHTJAR_INLINE float* at(int n, int c, int y, int x) const {
    return data + n * image + (c / block) * plane + y * row + std::ptrdiff_t{x} * block + c % block;
  }
  NIGHTJAR_INLINE int blocks() const { return (shape.c + block - 1) / block; }
};

}  // namespace nightjar
