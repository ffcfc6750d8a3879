// The kernels of one instruction set, a line each, best first within a cost: the plan asks each for its cost
// and takes the least.
#pragma once

#include "kernels/cpu/kernel_list.h"
#include "kernels/cpu/simd/vec.h"

#define NIGHTJAR_CPU_KERNELS(KERNEL)      \
  KERNEL(conv_direct)                     \
  KERNEL(conv_direct_planar)              \
  KERNEL(conv_depthwise)                  \
  KERNEL(conv_winograd_f6)                \
  KERNEL(conv_winograd_f4)                \
  KERNEL(conv_winograd_s2_f3)             \
  KERNEL(conv_xnor)                       \
  KERNEL(deconv)                          \
  KERNEL(local)                           \
  KERNEL(maxpool)                         \
  KERNEL(avgpool)                         \
  KERNEL(add)                             \
  KERNEL(multiply)                        \
  KERNEL(blend)                           \
  KERNEL(clamp_each)                      \
  KERNEL(dropout)                         \
  KERNEL(activate_each)                   \
  KERNEL(upsample)                        \
  KERNEL(concat)                          \
  KERNEL(copy)                            \
  KERNEL(crop)                            \
  KERNEL(reshape)                         \
  KERNEL(constant_each)                   \
  KERNEL(yolo_head)                       \
  KERNEL(gaussian_head)                   \
  KERNEL(region_head)                     \
  KERNEL(connected)                       \
  KERNEL(softmax)                         \
  KERNEL(normalize_channels)              \
  KERNEL(local_response_norm)             \
  KERNEL(conv_weights_gradient)           \
  KERNEL(conv_weights_gradient_winograd)  \
  KERNEL(conv_data_gradient)              \
  KERNEL(conv_weights_gradient_depthwise) \
  KERNEL(conv_data_gradient_depthwise)    \
  KERNEL(connected_data_gradient)         \
  KERNEL(connected_weights_gradient)      \
  KERNEL(bias_gradient)                   \
  KERNEL(batchnorm_train)                 \
  KERNEL(batchnorm_gradient)              \
  KERNEL(activate_gradient)               \
  KERNEL(blend_gradient)                  \
  KERNEL(clamp_gradient)                  \
  KERNEL(maxpool_gradient)                \
  KERNEL(embed)                           \
  KERNEL(sgd_update)                      \
  KERNEL(adam_update)                     \
  KERNEL(average_weights)

// Where one plan has blocks of two widths.
#ifdef NIGHTJAR_OTHER_BLOCK
#define NIGHTJAR_OTHER_BLOCK_KERNELS(KERNEL) KERNEL(conv_direct_other)
#else
#define NIGHTJAR_OTHER_BLOCK_KERNELS(KERNEL)
#endif

// Where one of them is half a register.
#ifdef NIGHTJAR_NARROW_BLOCK
#define NIGHTJAR_NARROW_BLOCK_KERNELS(KERNEL) \
  KERNEL(conv_narrow_planar)                  \
  KERNEL(conv_narrow_pointwise)               \
  KERNEL(conv_narrowing_pointwise)
#else
#define NIGHTJAR_NARROW_BLOCK_KERNELS(KERNEL)
#endif

namespace nightjar::cpu::NIGHTJAR_ISA {

#define NIGHTJAR_DECLARE(kernel) extern const CpuKernel kernel;
NIGHTJAR_CPU_KERNELS(NIGHTJAR_DECLARE)
NIGHTJAR_OTHER_BLOCK_KERNELS(NIGHTJAR_DECLARE)
NIGHTJAR_NARROW_BLOCK_KERNELS(NIGHTJAR_DECLARE)
#undef NIGHTJAR_DECLARE

extern const PictureRows picture_rows;  // image/fit.cpp

KernelList kernel_list();

}  // namespace nightjar::cpu::NIGHTJAR_ISA
