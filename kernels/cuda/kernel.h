// The contract between a CUDA kernel and the engine: kernels/kernel.h for a device. Plain C++, so that the
// engine needs no CUDA header.
//
// cuda_kernel<K>() turns a kernel's struct into the record that the manifest lists, the plan chooses from,
// the tests compare and the benchmarks time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>

#include "kernels/kernel.h"
#include "kernels/precision.h"

struct CUstream_st;

namespace nightjar::cuda {

using Stream = CUstream_st*;  // a cudaStream_t
using Status = int;           // a cudaError_t; 0 is success

// Every tensor on the device lies pixel by pixel (NHWC, "channels last"), `pixel` elements from one to the
// next; floats or halves. A kernel never writes outside the channels of its output, as what lies between c
// and pixel may belong to somebody else. Data is 16-byte aligned, views too: a slice that starts elsewhere
// has to be copied.
inline Tensor nhwc_tensor(void* data, const Shape& shape, int batch, int pixel, Type type) {
  Tensor t;
  t.data = data;
  t.shape = shape;
  t.batch = batch;
  t.pixel = pixel;
  t.row = std::ptrdiff_t{shape.w} * pixel;
  t.plane = t.block;
  t.image = shape.h * t.row;
  t.type = type;
  return t;
}

// What every kernel asks of its tensors: they lie pixel by pixel, all in floats or all in halves, and 32 bits
// can count their elements.
inline bool accepts_all(const Tensor* in, int inputs, const Tensor& out) {
  const auto accepts = [&](const Tensor& t) {
    return t.type == out.type && t.plane == t.block && t.pixel >= t.shape.c &&
           t.pixels() * t.pixel < (std::int64_t{1} << 31);
  };
  bool all = out.type != Type::i8 && accepts(out);
  for (int i = 0; i < inputs; ++i) all = all && accepts(in[i]);
  return all;
}

// What kernels that only networks which learn have ask of their tensors: pixel by pixel as above, all in
// floats or all in halves but for those that stay exact; planar floats where there is one for all images.
template <class Op>
bool accepts_operands(const Op& op, const Tensor* in, const Tensor* outs) {
  std::optional<Type> common;
  const auto accepts = [&](const Operand& operand, const Tensor& t) {
    if (!operand.value.per_image)
      return t.type == Type::f32 && t.block == 1 && t.pixel == 1 && t.shape.size() < (std::int64_t{1} << 31);
    const Type wanted = operand.exact ? Type::f32 : common.value_or(t.type);
    if (!operand.exact) common = t.type;
    return t.type == wanted && accepts_all(nullptr, 0, t);
  };
  bool all = true;
  for (const Operand& operand : op.reads())
    if (operand.role == Role::data) all = all && accepts(operand, *in++);
  for (const Operand& operand : op.writes()) all = all && accepts(operand, *outs++);
  return all;
}

// What selection and the kernels need to know of a GPU.
struct Device {
  int sm = 75;  // compute capability times 10: 90 is sm_90
  int multiprocessors = 1;
};

// All launches on a stream share one workspace. Its first bytes are zero whenever none is under way, for the
// counters of those that count; the rest holds whatever the last launch left.
constexpr std::int64_t workspace_zeros = 16 << 10;
// What lies in a workspace from a byte on.
template <class T>
T* workspace_at(void* workspace, std::int64_t byte = workspace_zeros) {
  return reinterpret_cast<T*>(static_cast<unsigned char*>(workspace) + byte);
}

// What one launch works on; all of it on the device. `packed` is 256-byte aligned.
struct Call : nightjar::Call {
  void* workspace =
      nullptr;  // workspace_bytes() at least, 256-byte aligned, zeroed once before its first use
  Device device;
  Stream stream = nullptr;                // of the launch; prepare() enqueues nothing
  Precision precision = Precision::fp32;  // of the plan: in tf32, convolutions store rounded values
};

// A kernel struct K adds:
//   using Op = ops::...;
//   static constexpr const char* name;                                    // family_variant
//   static bool accepts(const Op&, const Tensor* in, const Tensor& out);  // shapes, strides, types; no data
//   static double microseconds(const Op&, const Tensor& out, const Device&);  // estimate, the whole batch
//                                                                 (of several outputs, `out` is the first)
//   static Status prepare(const Op&, const Call&, Prepared&);  // all that launches of this call have in
//   common static Status launch(const Op&, const Call&, const Prepared&);
// What is prepared holds the call's addresses. It is used on the device that was the thread's when it was
// made.
struct CudaKernelDefaults : KernelDefaults {
  static constexpr int minimum_sm = 75, maximum_sm = 999;
  static constexpr Precision precision = Precision::fp32;
  static constexpr Library library = Library::ours;
  // Of what it packs so many floats come first, as they are; behind them lie elements of its precision:
  // halves, or floats rounded to tf32.
  template <class Op>
  static std::int64_t packed_floats(const Op&) {
    return std::numeric_limits<std::int64_t>::max();
  }
  // With workspace_zeros, where it needs any.
  template <class Op>
  static std::int64_t workspace_bytes(const Op&, const Tensor&, const Device&) {
    return 0;
  }
};

struct CudaKernel : Kernel {
  int minimum_sm, maximum_sm;
  Precision precision;
  Library library;
  double (*microseconds)(const Op&, const Tensor& out, const Device&);
  std::int64_t (*packed_floats)(const Op&);
  std::int64_t (*workspace_bytes)(const Op&, const Tensor& out, const Device&);
  std::size_t prepared_bytes;
  Status (*prepare)(const Op&, const Call&, void* prepared);
  Status (*launch)(const Op&, const Call&, const void* prepared);
};

template <class K>
constexpr CudaKernel cuda_kernel() {
  using O = typename K::Op;
  using P = typename K::Prepared;
  static_assert(std::is_trivially_copyable_v<P> && alignof(P) <= alignof(std::max_align_t));
  return {
      kernel<K>(),
      K::minimum_sm,
      K::maximum_sm,
      K::precision,
      K::library,
      [](const Op& op, const Tensor& out, const Device& device) {
        return K::microseconds(*op.as<O>(), out, device);
      },
      [](const Op& op) { return K::packed_floats(*op.as<O>()); },
      [](const Op& op, const Tensor& out, const Device& device) {
        return K::workspace_bytes(*op.as<O>(), out, device);
      },
      sizeof(P),
      [](const Op& op, const Call& call, void* prepared) {
        return K::prepare(*op.as<O>(), call, *static_cast<P*>(prepared));
      },
      [](const Op& op, const Call& call, const void* prepared) {
        return K::launch(*op.as<O>(), call, *static_cast<const P*>(prepared));
      },
  };
}

}  // namespace nightjar::cuda
