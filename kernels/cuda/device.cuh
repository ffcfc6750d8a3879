// What kernel sources are written in: CUDA, with memory reached through Global<T> and Shared<T>. Under nvcc
// both are plain pointers. The tests compile the same sources for the host (tests/simt), where they are
// checked ones, and where everything under __CUDACC__ here comes from tests/simt/simt.h.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "kernels/cuda/divider.h"
#include "kernels/cuda/kernel.h"

#ifdef __CUDACC__

#include <cuda_fp16.h>
#include <cuda_runtime.h>

#define NIGHTJAR_DEVICE __device__ __forceinline__
// Whether the instructions of sm_90a are there.
#if defined(__CUDA_ARCH_FEAT_SM90_ALL)
#define NIGHTJAR_HAS_WGMMA 1
#else
#define NIGHTJAR_HAS_WGMMA 0
#endif

namespace nightjar::cuda {

template <class T>
using Global = T*;
template <class T>
using Shared = T*;

// `count` elements of the block's dynamic shared memory, from byte `offset`.
template <class T>
NIGHTJAR_DEVICE Shared<T> shared_memory(int offset, [[maybe_unused]] int count) {
  extern __shared__ __align__(1024) unsigned char dynamic_shared[];
  return reinterpret_cast<T*>(dynamic_shared + offset);
}

// N elements that are loaded and stored together.
template <class T, int N>
struct alignas(sizeof(T) * N < 16 ? sizeof(T) * N : 16) Pack {
  T v[N];
};

template <int N, class T>
NIGHTJAR_DEVICE Pack<std::remove_const_t<T>, N> load(T* p) {
  return *reinterpret_cast<const Pack<std::remove_const_t<T>, N>*>(p);
}
template <int N, class T>
NIGHTJAR_DEVICE void store(T* p, const Pack<T, N>& values) {
  *reinterpret_cast<Pack<T, N>*>(p) = values;
}
// Four floats that other blocks may have written during this launch: past the first-level cache (L1).
NIGHTJAR_DEVICE Pack<float, 4> load_written(const float* p) {
  const float4 v = __ldcg(reinterpret_cast<const float4*>(p));
  return {{v.x, v.y, v.z, v.w}};
}

NIGHTJAR_DEVICE float to_float(float x) {
  return x;
}
NIGHTJAR_DEVICE float to_float(half x) {
  return __half2float(x);
}
template <class T>
NIGHTJAR_DEVICE T from_float(float x) {
  if constexpr (std::is_same_v<T, half>) {
    return __float2half_rn(x);
  } else {
    return x;
  }
}
// The bits of four neighbouring halves, two a word.
NIGHTJAR_DEVICE Pack<std::uint32_t, 2> four_halves(const half* p) {
  return *reinterpret_cast<const Pack<std::uint32_t, 2>*>(p);
}
// To tf32, nearest, ties away from zero; what is no number stays (half_bits.h, tf32_value).
NIGHTJAR_DEVICE float rounded_to_tf32(float x) {
  return x == x ? __uint_as_float((__float_as_uint(x) + 0x1000u) & 0xffffe000u) : x;
}

// Programmatic dependent launch (PTX ISA, griddepcontrol; sm_90): a kernel may start while the one before it
// on the stream still runs. It waits before it reads what others wrote or writes anything, as memory is used
// again; and lets the next one start as early as it can.
NIGHTJAR_DEVICE void wait_for_previous_grid() {
#if __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.wait;" ::: "memory");
#endif
}
NIGHTJAR_DEVICE void let_next_grid_start() {
#if __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.launch_dependents;" ::: "memory");
#endif
}

struct Launch {
  dim3 grid, block;
  int shared_bytes = 0;
  bool early = false;  // may start before the kernel before it has ended, for which it waits itself
};

// Dynamic shared memory beyond what every launch may have is asked for once, for a kernel on the thread's
// device.
template <class... Parameters>
Status allow_shared_memory(void (*kernel)(Parameters...), int bytes) {
  constexpr int without_asking = 48 << 10;
  if (bytes <= without_asking) return cudaSuccess;
  return cudaFuncSetAttribute(reinterpret_cast<const void*>(kernel),
                              cudaFuncAttributeMaxDynamicSharedMemorySize, bytes);
}

// Whether kernels of the thread's device can start early.
inline bool can_start_early() {
  int device = 0, major = 0;
  return cudaGetDevice(&device) == cudaSuccess &&
         cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device) == cudaSuccess &&
         major >= 9;
}

// Enqueues kernel(arguments...).
template <class... Parameters, class... Arguments>
Status launch(void (*kernel)(Parameters...), const Launch& shape, Stream stream, Arguments... arguments) {
  cudaLaunchAttribute early{};
  early.id = cudaLaunchAttributeProgrammaticStreamSerialization;
  early.val.programmaticStreamSerializationAllowed = 1;
  cudaLaunchConfig_t config{};
  config.gridDim = shape.grid;
  config.blockDim = shape.block;
  config.dynamicSmemBytes = static_cast<std::size_t>(shape.shared_bytes);
  config.stream = stream;
  config.attrs = &early;
  config.numAttrs = shape.early ? 1 : 0;
  return cudaLaunchKernelEx(&config, kernel, static_cast<Parameters>(arguments)...);
}

}  // namespace nightjar::cuda

#elif !defined(NIGHTJAR_SIMT)
#error "compile kernels/cuda with nvcc, or for the host with -include tests/simt/simt.h"
#endif

namespace nightjar::cuda {

// A kernel with its arguments and the shape of its launch: nothing is left to do but to start it. It does not
// tell which kernel, so that prepare() can choose among several whose arguments take `size` bytes.
template <std::size_t size>
class PreparedLaunch {
 public:
  template <class Arguments>
  Status prepare(void (*kernel)(Arguments), const Launch& shape,
                 const std::type_identity_t<Arguments>& arguments) {
    static_assert(sizeof(Arguments) == size && std::is_trivially_copyable_v<Arguments>);
    start_ = start_as<Arguments>;
    kernel_ = reinterpret_cast<void (*)()>(kernel);
    shape_ = shape;
    shape_.early = shape.early && can_start_early();
    arguments_ = std::bit_cast<Bytes>(arguments);
    return allow_shared_memory(kernel, shape.shared_bytes);
  }
  Status start(Stream stream) const { return start_(*this, stream); }

 private:
  struct Bytes {
    std::byte bytes[size];
  };
  template <class Arguments>
  static Status start_as(const PreparedLaunch& self, Stream stream) {
    return cuda::launch(reinterpret_cast<void (*)(Arguments)>(self.kernel_), self.shape_, stream,
                        std::bit_cast<Arguments>(self.arguments_));
  }

  Status (*start_)(const PreparedLaunch&, Stream);
  void (*kernel_)();
  Launch shape_;
  Bytes arguments_;
};

// The parts of a kernel that is one launch. `Arguments` may be those of any type of elements.
template <class Arguments>
struct OneLaunch : CudaKernelDefaults {
  using Prepared = PreparedLaunch<sizeof(Arguments)>;
  template <class Op>
  static Status launch(const Op&, const Call& call, const Prepared& prepared) {
    return prepared.start(call.stream);
  }
};

// Calls f(T{}) with the C++ type of a tensor's elements, which accepts_all() has seen.
template <class F>
auto with_type(Type type, F f) {
  return type == Type::f16 ? f(half{}) : f(float{});
}

// True if every pixel of `t` can be read in packs of `width` elements.
inline bool in_packs(const Tensor& t, int width) {
  return t.shape.c % width == 0 && t.pixel % width == 0;
}
// As above, and for the address too, which accepts() does not see.
inline bool aligned(const void* p) {
  return reinterpret_cast<std::uintptr_t>(p) % 16 == 0;
}

}  // namespace nightjar::cuda
