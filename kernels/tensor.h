// The view that every kernel reads and writes: a value of one batch, planar, channel-blocked or pixel by
// pixel.
#pragma once

#include <cstddef>
#include <cstdint>

// Kernel sources are compiled once per instruction set; what they share must never be emitted as a mergeable
// symbol, or a baseline caller could be linked against AVX code.
#define NIGHTJAR_INLINE [[gnu::always_inline]] inline

namespace nightjar {

struct Shape {
  int c = 0, h = 0, w = 0;

  // At most the largest number: a file may ask for any shape, and is refused by this.
  NIGHTJAR_INLINE std::int64_t size() const {
    std::int64_t values = 0;
    return __builtin_mul_overflow(std::int64_t{c} * h, w, &values) ? INT64_MAX : values;
  }
  NIGHTJAR_INLINE bool operator==(const Shape& o) const { return c == o.c && h == o.h && w == o.w; }
};

// Of one element.
enum class Type : std::uint8_t { f32, f16, i8 };
constexpr int bytes_of(Type type) {
  return type == Type::f32 ? 4 : type == Type::f16 ? 2 : 1;
}

// `batch` images of `shape`. Element (n, c, y, x) is at
//   data + n*image + (c / block)*plane + y*row + x*pixel + c % block
// in elements. Three layouts are in use:
//   planar    block 1, pixel 1: NCHW
//   blocked   block 4, 8 or 16, pixel = block: nChw4c, nChw8c, nChw16c, one vector register a pixel. Where c
//   is
//             no multiple of block the last block is padded, and its padding lanes hold zeros or finite
//             leftovers, never NaN. `halo` cells of zeros surround each plane on all four sides (reachable at
//             negative coordinates) for kernels that read over the edge.
//   by pixel  NHWC: plane = block, pixel at least c. A slice of a concatenation is a view whose pixel is the
//             whole one's; what lies between c and pixel may belong to somebody else.
// An i8 element stands for scale times its value.
struct Tensor {
  void* data = nullptr;
  Shape shape;
  int batch = 1;
  int block = 1;
  int halo = 0;
  int pixel = 1;  // strides, in elements
  std::ptrdiff_t row = 0, plane = 0, image = 0;
  Type type = Type::f32;
  float scale = 1;

  template <class T>
  NIGHTJAR_INLINE T* element(int n, int c, int y, int x) const {
    return static_cast<T*>(data) + n * image + (c / block) * plane + y * row + std::ptrdiff_t{x} * pixel +
           c % block;
  }
  NIGHTJAR_INLINE float* at(int n, int c, int y, int x) const { return element<float>(n, c, y, x); }
  // Element `index` of image n as a vector, in the order of channels, rows, columns.
  NIGHTJAR_INLINE float* flat(int n, std::int64_t index) const {
    const std::int64_t line = index / shape.w;
    return at(n, static_cast<int>(line / shape.h), static_cast<int>(line % shape.h),
              static_cast<int>(index % shape.w));
  }
  NIGHTJAR_INLINE int blocks() const { return (shape.c + block - 1) / block; }
  NIGHTJAR_INLINE std::int64_t pixels() const { return std::int64_t{batch} * shape.h * shape.w; }
};

// `data` as planar images of `shape`, one behind the other.
NIGHTJAR_INLINE Tensor planar_tensor(void* data, const Shape& shape, int batch = 1, Type type = Type::f32) {
  Tensor t;
  t.data = data;
  t.shape = shape;
  t.batch = batch;
  t.row = shape.w;
  t.plane = std::ptrdiff_t{shape.h} * shape.w;
  t.image = shape.c * t.plane;
  t.type = type;
  return t;
}

}  // namespace nightjar
