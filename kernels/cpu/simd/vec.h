// The vector type of the instruction set this file is compiled for. CMake compiles every kernel source once
// per set, with NIGHTJAR_ISA naming it; all code lives in namespace nightjar::cpu::NIGHTJAR_ISA, and what the
// set is lies in a header of its name beside this one. Where one plan uses registers of two widths, that
// header defines NIGHTJAR_OTHER_BLOCK, the channel block that belongs to the other, and
// NIGHTJAR_NARROW_BLOCK, if it is half a register here: of values with as few channels, a register holds two
// neighbouring pixels.
#pragma once

#ifndef NIGHTJAR_ISA
#error "compile kernels/cpu through its CMakeLists.txt, which names the instruction set"
#endif

#define NIGHTJAR_STRING_OF(x) #x
#define NIGHTJAR_STRING(x) NIGHTJAR_STRING_OF(x)
#include NIGHTJAR_STRING(NIGHTJAR_ISA.h)  // avx2.h, ...

// "conv1x1" -> "conv1x1_avx512"
#define NIGHTJAR_KERNEL_NAME(family) family "_" NIGHTJAR_STRING(NIGHTJAR_ISA)
