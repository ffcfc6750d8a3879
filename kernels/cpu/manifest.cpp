#include "kernels/cpu/manifest.h"

#include "kernels/cpu/peak.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

KernelList kernel_list() {
#define NIGHTJAR_ADDRESS(kernel) &kernel,
  static constexpr const CpuKernel* all[] = {NIGHTJAR_CPU_KERNELS(NIGHTJAR_ADDRESS)
                                                 NIGHTJAR_OTHER_BLOCK_KERNELS(NIGHTJAR_ADDRESS)
                                                     NIGHTJAR_NARROW_BLOCK_KERNELS(NIGHTJAR_ADDRESS)};
#undef NIGHTJAR_ADDRESS
  return {lanes, all, sizeof all / sizeof *all, run_fmas, &picture_rows};
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
