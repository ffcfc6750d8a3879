// What the convolutions made of NVIDIA's libraries share.
#pragma once

#include "kernels/cuda/conv/matrix_weights.h"

namespace nightjar::cuda {

// The libraries tile by themselves: all that is asked of the weights is how far rows of k are padded.
template <int k_multiple>
constexpr ConvTile library_tile{1, 1, k_multiple, 1, 1};

// Weights are a plain matrix in the tensors' type.
template <Precision precision_, int k_multiple>
struct LibraryConv : CudaKernelDefaults {
  using Op = ops::Conv;
  static constexpr Precision precision = precision_;
  static constexpr bool depends_on_batch = true;  // a library may cut sums as it likes
  static constexpr Type type = precision == Precision::fp16 ? Type::f16 : Type::f32;
  static constexpr int minimum_sm = precision == Precision::tf32 ? 80 : 75;

  static constexpr const char* one_of(const char* fp16, const char* tf32, const char* fp32) {
    return precision == Precision::fp16 ? fp16 : (precision == Precision::tf32 ? tf32 : fp32);
  }
  static PackedWeights weights(const Op& op) { return packed_weights(op, library_tile<k_multiple>); }
  static std::int64_t packed_bytes(const Op& op) { return weights(op).bytes(op.groups, bytes_of(type)); }
  static void pack(const Op& op, Weights arrays, void* packed) {
    pack_matrix_weights<precision>(op, weights(op), arrays, packed, std::identity{}, std::identity{});
  }
  // Of the product and of moving `elements`. An estimate: what it must do is prefer the matrix units where
  // the plan allows them.
  static double microseconds_of(const Op& op, const Tensor& out, double elements, const Device& device) {
    constexpr double cycles_per_us = 1700, bytes_per_us = 4e6;
    constexpr double macs_per_cycle =
        precision == Precision::fp16 ? 600 : (precision == Precision::tf32 ? 300 : 100);
    const double pixels = double(out.pixels()), k = double(op.size * op.size) * (op.in.c / op.groups);
    return elements * bytes_of(type) / bytes_per_us +
           pixels * k * op.out.c / (macs_per_cycle * device.multiprocessors * cycles_per_us);
  }
};

}  // namespace nightjar::cuda
