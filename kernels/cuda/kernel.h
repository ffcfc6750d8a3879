// The contract between a CUDA kernel and the engine: kernels/kernel.h for a device. Plain C++, so that the
// engine needs no CUDA header.
//
// A kernel is a struct of static functions over one operation (see CudaKernelDefaults); cuda_kernel<K>()
// turns it into the uniform record that the manifest lists, the plan chooses from, the tests compare and the
// benchmarks time.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/kernel.h"
#include "kernels/ops.h"

struct CUstream_st;

namespace nightjar::cuda {

using Stream = CUstream_st*;  // a cudaStream_t
using Status = int;           // a cudaError_t; 0 is success

enum class Type : std::uint8_t { f32, f16 };
constexpr int bytes_of(Type type) {
  return type == Type::f32 ? 4 : 2;
}

// The least exact arithmetic a kernel multiplies in; all sum in fp32. A plan of one precision may use the
// kernels of that precision and of those before it; whether a tensor is stored in f32 or f16 is told by
// accepts().
enum class Precision : std::uint8_t { fp32, tf32, fp16 };

// Whose code a kernel runs. The libraries' convolutions are yardsticks: chosen only where they are asked for.
enum class Library : std::uint8_t { ours, cublas, cudnn };

// Activations on the device, NHWC: element (n, c, y, x) is at data + ((n*h + y)*w + x) * pixel + c, in
// elements. pixel >= shape.c; a slice of a concatenation is a view whose pixel is the whole one's. A kernel
// never writes outside the channels of its output, so what lies between c and pixel may belong to somebody
// else. Data is 16-byte aligned, views too: a slice that starts elsewhere has to be copied.
struct Tensor {
  void* data = nullptr;
  Shape shape;
  int batch = 1;
  int pixel = 0;  // stride between neighbouring pixels, in elements
  Type type = Type::f32;

  std::int64_t pixels() const { return std::int64_t{batch} * shape.h * shape.w; }
};

// Kernels count elements in 32 bits.
inline bool fits_int(const Tensor& t) {
  return t.pixels() * t.pixel < (std::int64_t{1} << 31);
}

// What selection and the kernels need to know of a GPU.
struct Device {
  int sm = 75;  // compute capability times 10: 90 is sm_90
  int multiprocessors = 1;
};

// All launches on a stream share one workspace. Its first bytes are zero whenever none is under way, for the
// counters of those that count; the rest holds whatever the last launch left.
constexpr std::int64_t workspace_zeros = 16 << 10;

// What one launch works on. `in` has the operation's inputs in order.
struct Call {
  const Tensor* in;
  int inputs;
  Tensor out;
  const void* packed;  // what pack() wrote, on the device, 256-byte aligned
  void* workspace;     // workspace_bytes() at least, 256-byte aligned, zeroed once before its first use
  Device device;
  Stream stream;
};

// The parts of a kernel that a simple one need not write. A kernel struct K adds:
//   using Op = ops::...;
//   static constexpr const char* name;                                    // family_variant
//   static bool accepts(const Op&, const Tensor* in, const Tensor& out);  // shapes, strides, types; no data
//   static double microseconds(const Op&, const Tensor& out, const Device&);  // estimate, the whole batch
//   static Status launch(const Op&, const Call&);
struct CudaKernelDefaults {
  static constexpr int minimum_sm = 75, maximum_sm = 999;
  static constexpr Precision precision = Precision::fp32;
  static constexpr Library library = Library::ours;
  // Bytes that pack() writes, on the host; `arrays` are those kernels/ops.h names, as Darknet stores them.
  template <class Op>
  static std::int64_t packed_bytes(const Op&) {
    return 0;
  }
  template <class Op>
  static void pack(const Op&, const float* const*, void*) {}
  // With workspace_zeros, where it needs any.
  template <class Op>
  static std::int64_t workspace_bytes(const Op&, const Tensor&, const Device&) {
    return 0;
  }
};

struct CudaKernel {
  const char* name;
  std::size_t op;  // index into the variant Op
  int minimum_sm, maximum_sm;
  Precision precision;
  Library library;
  bool (*accepts)(const Op&, const Tensor* in, const Tensor& out);
  double (*microseconds)(const Op&, const Tensor& out, const Device&);
  std::int64_t (*packed_bytes)(const Op&);
  void (*pack)(const Op&, const float* const* arrays, void* packed);
  std::int64_t (*workspace_bytes)(const Op&, const Tensor& out, const Device&);
  Status (*launch)(const Op&, const Call&);
};

template <class K>
constexpr CudaKernel cuda_kernel() {
  using O = typename K::Op;
  return {
      K::name,
      index_in<O>(static_cast<const Op*>(nullptr)),
      K::minimum_sm,
      K::maximum_sm,
      K::precision,
      K::library,
      [](const Op& op, const Tensor* in, const Tensor& out) {
        return K::accepts(*std::get_if<O>(&op), in, out);
      },
      [](const Op& op, const Tensor& out, const Device& device) {
        return K::microseconds(*std::get_if<O>(&op), out, device);
      },
      [](const Op& op) { return K::packed_bytes(*std::get_if<O>(&op)); },
      [](const Op& op, const float* const* arrays, void* packed) {
        K::pack(*std::get_if<O>(&op), arrays, packed);
      },
      [](const Op& op, const Tensor& out, const Device& device) {
        return K::workspace_bytes(*std::get_if<O>(&op), out, device);
      },
      [](const Op& op, const Call& call) { return K::launch(*std::get_if<O>(&op), call); },
  };
}

}  // namespace nightjar::cuda
