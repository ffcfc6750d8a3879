// The CUDA kernels as a list, one line each. The plan asks each that its precision and device allow for its
// cost.
#pragma once

#include <span>

#include "kernels/cuda/kernel.h"

#define NIGHTJAR_CUDA_KERNELS(KERNEL) \
  KERNEL(conv_mma_fp16_128x128)       \
  KERNEL(conv_mma_fp16_128x64)        \
  KERNEL(conv_mma_fp16_64x64)         \
  KERNEL(conv_mma_tf32_128x128)       \
  KERNEL(conv_mma_tf32_128x64)        \
  KERNEL(conv_mma_tf32_64x64)         \
  KERNEL(conv_first_mma_fp16)         \
  KERNEL(conv_first)                  \
  KERNEL(conv_depthwise)              \
  KERNEL(conv_simt)                   \
  KERNEL(conv_xnor)                   \
  KERNEL(deconv)                      \
  KERNEL(local)                       \
  KERNEL(add)                         \
  KERNEL(multiply)                    \
  KERNEL(blend)                       \
  KERNEL(clamp_each)                  \
  KERNEL(activate_each)               \
  KERNEL(batchnorm)                   \
  KERNEL(maxpool)                     \
  KERNEL(local_avgpool)               \
  KERNEL(maxpool_depth)               \
  KERNEL(avgpool)                     \
  KERNEL(upsample)                    \
  KERNEL(concat)                      \
  KERNEL(copy)                        \
  KERNEL(crop)                        \
  KERNEL(reorg)                       \
  KERNEL(reshape)                     \
  KERNEL(constant_each)               \
  KERNEL(softmax)                     \
  KERNEL(normalize_channels)          \
  KERNEL(local_response_norm)         \
  KERNEL(connected)                   \
  KERNEL(yolo_head)                   \
  KERNEL(gaussian_head)               \
  KERNEL(region_head)

// What only networks that learn have.
#define NIGHTJAR_LEARNING_KERNELS(KERNEL)   \
  KERNEL(conv_weights_gradient_fp16_128x64) \
  KERNEL(conv_weights_gradient_fp16_64x64)  \
  KERNEL(conv_weights_gradient_tf32_128x64) \
  KERNEL(conv_weights_gradient_tf32_64x64)  \
  KERNEL(conv_data_gradient_fp16_128x64)    \
  KERNEL(conv_data_gradient_fp16_64x64)     \
  KERNEL(conv_data_gradient_tf32_128x64)    \
  KERNEL(conv_data_gradient_tf32_64x64)     \
  KERNEL(conv_weights_gradient)             \
  KERNEL(conv_depthwise_weights_gradient)   \
  KERNEL(conv_data_gradient)                \
  KERNEL(conv_data_gradient_each)           \
  KERNEL(connected_data_gradient)           \
  KERNEL(connected_weights_gradient)        \
  KERNEL(bias_gradient)                     \
  KERNEL(batch_norm_train)                  \
  KERNEL(batch_norm_gradient)               \
  KERNEL(activate_gradient)                 \
  KERNEL(blend_gradient)                    \
  KERNEL(clamp_gradient)                    \
  KERNEL(maxpool_gradient)                  \
  KERNEL(avgpool_gradient)                  \
  KERNEL(local_avgpool_gradient)            \
  KERNEL(add_source_gradient)               \
  KERNEL(add_weights_gradient)              \
  KERNEL(multiply_factor_gradient)          \
  KERNEL(embed)                             \
  KERNEL(dropout)                           \
  KERNEL(yolo_loss)                         \
  KERNEL(giou_focal_loss)                   \
  KERNEL(region_loss)                       \
  KERNEL(gaussian_yolo_loss)                \
  KERNEL(detection_loss)                    \
  KERNEL(softmax_loss)                      \
  KERNEL(cost)                              \
  KERNEL(sgd_update)                        \
  KERNEL(adam_update)                       \
  KERNEL(average_weights)                   \
  KERNEL(clip_gradients)                    \
  KERNEL(scale_loss)                        \
  KERNEL(adapt_loss_scale)

// They need instructions of sm_90a.
#define NIGHTJAR_HOPPER_KERNELS(KERNEL) \
  KERNEL(conv_wgmma_fp16_128x256)       \
  KERNEL(conv_wgmma_fp16_256x128)       \
  KERNEL(conv_wgmma_fp16_128x128_turns) \
  KERNEL(conv_wgmma_fp16_256x64_turns)  \
  KERNEL(conv_wgmma_fp16_256x64_c32)    \
  KERNEL(conv_wgmma_tf32_128x256)       \
  KERNEL(conv_wgmma_tf32_128x128_turns) \
  KERNEL(conv_wgmma_fp16_128x64)        \
  KERNEL(conv_wgmma_fp16_128x64_by2)    \
  KERNEL(conv_wgmma_fp16_128x64_by3)    \
  KERNEL(conv_wgmma_fp16_128x64_by4)    \
  KERNEL(conv_wgmma_fp16_128x64_by6)    \
  KERNEL(conv_wgmma_fp16_128x64_by8)    \
  KERNEL(conv_wgmma_fp16_64x64)         \
  KERNEL(conv_wgmma_fp16_64x64_by2)     \
  KERNEL(conv_wgmma_fp16_64x64_by3)     \
  KERNEL(conv_wgmma_fp16_64x64_by4)     \
  KERNEL(conv_wgmma_fp16_64x64_by6)     \
  KERNEL(conv_wgmma_fp16_64x64_by8)     \
  KERNEL(conv_wgmma_tf32_128x64)        \
  KERNEL(conv_wgmma_tf32_128x64_by2)    \
  KERNEL(conv_wgmma_tf32_128x64_by4)    \
  KERNEL(conv_wgmma_tf32_128x64_by8)    \
  KERNEL(conv_wgmma_tf32_64x64)         \
  KERNEL(conv_wgmma_tf32_64x64_by2)     \
  KERNEL(conv_wgmma_tf32_64x64_by4)     \
  KERNEL(conv_wgmma_tf32_64x64_by8)

// Yardsticks, in builds that found the library's headers.
#define NIGHTJAR_CUBLAS_KERNELS(KERNEL) \
  KERNEL(conv_cublas_fp16)              \
  KERNEL(conv_cublas_tf32)              \
  KERNEL(conv_cublas_fp32)
#define NIGHTJAR_CUDNN_KERNELS(KERNEL) \
  KERNEL(conv_cudnn_fp16)              \
  KERNEL(conv_cudnn_fp32)

namespace nightjar::cuda {

#define NIGHTJAR_DECLARE(kernel) extern const CudaKernel kernel;
NIGHTJAR_CUDA_KERNELS(NIGHTJAR_DECLARE)
NIGHTJAR_LEARNING_KERNELS(NIGHTJAR_DECLARE)
NIGHTJAR_HOPPER_KERNELS(NIGHTJAR_DECLARE)
NIGHTJAR_CUBLAS_KERNELS(NIGHTJAR_DECLARE)
NIGHTJAR_CUDNN_KERNELS(NIGHTJAR_DECLARE)
#undef NIGHTJAR_DECLARE

// All that were compiled in; stable order.
std::span<const CudaKernel* const> kernels();

}  // namespace nightjar::cuda
