#include "kernels/kernel_set.h"

#include "kernels/reference/manifest.h"

namespace nightjar {
namespace cpu {
namespace portable {
KernelSet kernel_set();
}
namespace avx2 {
KernelSet kernel_set();
}
namespace avx512 {
KernelSet kernel_set();
}
}  // namespace cpu

namespace {

std::vector<KernelSet> detect() {
  std::vector<KernelSet> sets;
#ifdef NIGHTJAR_HAS_avx512
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma")) {
    sets.push_back(cpu::avx512::kernel_set());
  }
#endif
#ifdef NIGHTJAR_HAS_avx2
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) sets.push_back(cpu::avx2::kernel_set());
#endif
  sets.push_back(cpu::portable::kernel_set());
  sets.push_back(reference::kernel_set());
  return sets;
}

}  // namespace

const std::vector<KernelSet>& kernel_sets() {
  static const std::vector<KernelSet> sets = detect();
  return sets;
}

bool is_known_isa(std::string_view isa) {
  return isa == "avx512" || isa == "avx2" || isa == "portable" || isa == "reference";
}

}  // namespace nightjar
