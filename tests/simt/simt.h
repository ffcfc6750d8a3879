// CUDA for the host: the part of the language and of kernels/cuda/{device,ptx}.cuh that kernel sources use,
// with every memory access checked. Included before such a source by the compiler (-include), never by it.
//
// Blocks run one after the other, the last first, threads of a block in turns (block.h). Asynchronous copies
// land when they are waited for, not before, so that a missing wait shows.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <tuple>

#include "kernels/cuda/kernel.h"
#include "tests/simt/half.h"
#include "tests/simt/hopper.h"
#include "tests/simt/memory.h"
#include "tests/simt/stream.h"
#include "tests/simt/warp.h"

#define __global__
#define __device__
#define __launch_bounds__(...)
#define __restrict__
#define NIGHTJAR_DEVICE inline

#define threadIdx (simt::block().thread().index)
#define blockIdx (simt::block().index)
#define blockDim (simt::block().size)
#define gridDim (simt::block().grid)

struct dim3 {
  unsigned x = 1, y = 1, z = 1;
  dim3() = default;
  template <class X, class Y = unsigned, class Z = unsigned>
  dim3(X x_, Y y_ = 1, Z z_ = 1)
      : x(static_cast<unsigned>(x_)), y(static_cast<unsigned>(y_)), z(static_cast<unsigned>(z_)) {}
};

inline void __syncthreads(simt::Where where = simt::Where::current()) {
  simt::block().barrier(where);
}
inline void __threadfence() {}

inline float __fmul_rn(float a, float b) {
  return a * b;
}
inline float __fdividef(float a, float b) {
  return a / b;
}
inline float __fadd_rn(float a, float b) {
  return a + b;
}
inline int max(int a, int b) {
  return a > b ? a : b;
}
inline int min(int a, int b) {
  return a < b ? a : b;
}
inline int __ffs(int x) {
  return __builtin_ffs(x);
}
inline int __popc(unsigned x) {
  return __builtin_popcount(x);
}
inline std::uint32_t __float_as_uint(float x) {
  return std::bit_cast<std::uint32_t>(x);
}

namespace nightjar::cuda {

using simt::Global;
using simt::Shared;

template <class T>
Shared<T> shared_memory(int offset, int count) {
  if (offset + count * static_cast<int>(sizeof(T)) > simt::block().shared_bytes()) {
    throw simt::Violation("an array of shared memory ends beyond what the launch asked for");
  }
  auto* begin = reinterpret_cast<T*>(simt::block().shared().data() + offset);
  return {begin, begin + count, begin};
}

template <class T, int N>
struct alignas(sizeof(T) * N < 16 ? sizeof(T) * N : 16) Pack {
  T v[N];
};

template <int N, template <class> class Pointer, class T>
Pack<std::remove_const_t<T>, N> load(Pointer<T> p) {
  p.check(sizeof(T) * N, false);
  Pack<std::remove_const_t<T>, N> values;
  std::memcpy(&values, p.raw(), sizeof values);
  return values;
}
template <int N, template <class> class Pointer, class T>
void store(Pointer<T> p, const Pack<T, N>& values) {
  p.check(sizeof(T) * N, true);
  std::memcpy(p.raw(), &values, sizeof values);
}
inline Pack<float, 4> load_written(Global<const float> p) {
  return load<4>(p);
}

inline float to_float(float x) {
  return x;
}
inline float to_float(half x) {
  return half_value(x.bits);
}
template <class T>
T from_float(float x) {
  if constexpr (std::is_same_v<T, half>) {
    return half{half_bits(x)};
  } else {
    return x;
  }
}

inline Pack<std::uint32_t, 2> four_halves(Global<const half> p) {
  return std::bit_cast<Pack<std::uint32_t, 2>>(load<4>(p));
}
inline float rounded_to_tf32(float x) {
  return x == x ? tf32_value(x) : x;
}

// Launches run one after the other here: all there is to see is who does not wait.
inline void wait_for_previous_grid() {
  simt::block().thread().waited = true;
}
inline void let_next_grid_start() {}
inline bool can_start_early() {
  return true;
}

template <class T>
T atomicAdd(Global<T> p, T value) {
  const T before = *p;
  *p = before + value;
  return before;
}

struct Launch {
  dim3 grid, block;
  int shared_bytes = 0;
  bool early = false;
};

template <class... Parameters>
Status allow_shared_memory(void (*kernel)(Parameters...), int bytes) {
  simt::allow_shared_memory(reinterpret_cast<const void*>(kernel), bytes);
  return 0;
}

template <class... Parameters, class... Arguments>
Status launch(void (*kernel)(Parameters...), const Launch& shape, Stream stream, Arguments... arguments) {
  const std::tuple<Parameters...> values(arguments...);
  simt::start_kernel(stream, reinterpret_cast<const void*>(kernel), shape.shared_bytes);
  simt::enqueue(stream, [kernel, shape, values] {
    const std::function<void()> body = [&] { std::apply(kernel, values); };
    const simt::Index3 size{shape.block.x, shape.block.y, shape.block.z};
    const simt::Index3 grid{shape.grid.x, shape.grid.y, shape.grid.z};
    simt::block().early = shape.early;
    for (unsigned z = grid.z; z-- > 0;)
      for (unsigned y = grid.y; y-- > 0;)
        for (unsigned x = grid.x; x-- > 0;)
          simt::block().run({x, y, z}, size, grid, shape.shared_bytes, body);
  });
  return 0;
}

}  // namespace nightjar::cuda
