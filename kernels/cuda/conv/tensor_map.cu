#include "kernels/cuda/conv/tensor_map.h"

#include <cudaTypedefs.h>
#include <cuda_runtime.h>

namespace nightjar::cuda {
namespace {

void* driver_function(const char* name) {
  void* function = nullptr;
  cudaDriverEntryPointQueryResult found;
#if CUDART_VERSION >= 12050
  const cudaError_t error =
      cudaGetDriverEntryPointByVersion(name, &function, 12000, cudaEnableDefault, &found);
#else
  const cudaError_t error = cudaGetDriverEntryPoint(name, &function, cudaEnableDefault, &found);
#endif
  return error == cudaSuccess && found == cudaDriverEntryPointSuccess ? function : nullptr;
}

CUtensorMapDataType data_type(Type type) {
  return type == Type::f16 ? CU_TENSOR_MAP_DATA_TYPE_FLOAT16 : CU_TENSOR_MAP_DATA_TYPE_FLOAT32;
}

CUtensorMapSwizzle swizzle(const TensorBox& box) {
  return box.row_bytes == 128 ? CU_TENSOR_MAP_SWIZZLE_128B : CU_TENSOR_MAP_SWIZZLE_64B;
}

}  // namespace

Status encode_picture(const ops::Conv& op, const Tensor& in, TensorBox box, CUtensorMap& map) {
  static const auto encode =
      reinterpret_cast<PFN_cuTensorMapEncodeIm2col_v12000>(driver_function("cuTensorMapEncodeIm2col"));
  if (!encode) return cudaErrorNotSupported;
  const auto number = [](int n) { return static_cast<cuuint64_t>(n); };
  const cuuint64_t bytes = number(in.pixel * bytes_of(in.type));
  const cuuint64_t sizes[] = {number(in.shape.c), number(in.shape.w), number(in.shape.h), number(in.batch)};
  const cuuint64_t strides[] = {bytes, bytes * sizes[1], bytes * sizes[1] * sizes[2]};
  const wgmma_index::Im2colBox corners = wgmma_index::im2col_box(op);
  const int lower[] = {corners.lower, corners.lower}, upper[] = {corners.upper, corners.upper};
  const cuuint32_t steps[] = {1, static_cast<cuuint32_t>(op.stride_x), static_cast<cuuint32_t>(op.stride_y),
                              1};
  const auto channels = static_cast<cuuint32_t>(box.row_bytes / bytes_of(in.type));
  const CUresult result =
      encode(&map, data_type(in.type), 4, in.data, sizes, strides, lower, upper, channels,
             static_cast<cuuint32_t>(box.rows), steps, CU_TENSOR_MAP_INTERLEAVE_NONE, swizzle(box),
             CU_TENSOR_MAP_L2_PROMOTION_L2_128B, CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE);
  return result == CUDA_SUCCESS ? cudaSuccess : cudaErrorInvalidValue;
}

Status encode_matrix(const Matrix& m, TensorBox box, CUtensorMap& map) {
  static const auto encode =
      reinterpret_cast<PFN_cuTensorMapEncodeTiled_v12000>(driver_function("cuTensorMapEncodeTiled"));
  if (!encode) return cudaErrorNotSupported;
  const cuuint64_t sizes[] = {static_cast<cuuint64_t>(m.columns), static_cast<cuuint64_t>(m.rows)};
  const cuuint64_t strides[] = {static_cast<cuuint64_t>(m.stride * bytes_of(m.type))};
  const cuuint32_t extents[] = {static_cast<cuuint32_t>(box.row_bytes / bytes_of(m.type)),
                                static_cast<cuuint32_t>(box.rows)};
  const cuuint32_t steps[] = {1, 1};
  const CUresult result = encode(&map, data_type(m.type), 2, const_cast<void*>(m.data), sizes, strides,
                                 extents, steps, CU_TENSOR_MAP_INTERLEAVE_NONE, swizzle(box),
                                 CU_TENSOR_MAP_L2_PROMOTION_L2_256B, CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE);
  return result == CUDA_SUCCESS ? cudaSuccess : cudaErrorInvalidValue;
}

}  // namespace nightjar::cuda
