// The vector type of the instruction set this file is compiled for. CMake compiles every kernel source once
// per set, with NIGHTJAR_ISA naming it; all code lives in namespace nightjar::cpu::NIGHTJAR_ISA. Where one
// plan uses registers of two widths, NIGHTJAR_OTHER_BLOCK is the channel block that belongs to the other, and
// NIGHTJAR_NARROW_BLOCK half of a register here: of values with as few channels, a register holds two
// neighbouring pixels.
#pragma once

#if defined(NIGHTJAR_ISA_avx512)
#define NIGHTJAR_ISA avx512
#define NIGHTJAR_OTHER_BLOCK 8
#define NIGHTJAR_NARROW_BLOCK 8
#include "kernels/cpu/simd/avx512.h"
#elif defined(NIGHTJAR_ISA_avx512vl)
#define NIGHTJAR_ISA avx512vl
#define NIGHTJAR_OTHER_BLOCK 16
#include "kernels/cpu/simd/avx512vl.h"
#elif defined(NIGHTJAR_ISA_avx2)
#define NIGHTJAR_ISA avx2
#include "kernels/cpu/simd/avx2.h"
#elif defined(NIGHTJAR_ISA_portable)
#define NIGHTJAR_ISA portable
#include "kernels/cpu/simd/portable.h"
#else
#error "compile kernels/cpu through its CMakeLists.txt, which names the instruction set"
#endif

#define NIGHTJAR_STRING_OF(x) #x
#define NIGHTJAR_STRING(x) NIGHTJAR_STRING_OF(x)
// "conv1x1" -> "conv1x1_avx512"
#define NIGHTJAR_KERNEL_NAME(family) family "_" NIGHTJAR_STRING(NIGHTJAR_ISA)
