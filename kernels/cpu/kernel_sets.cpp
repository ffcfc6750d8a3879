#include "kernels/kernel_set.h"

#include "kernels/cpu/kernel_list.h"
#include "kernels/reference/manifest.h"

namespace nightjar {
namespace cpu {
namespace portable {
KernelList kernel_list();
}
namespace avx2 {
KernelList kernel_list();
}
namespace avx512 {
KernelList kernel_list();
}
namespace avx512vl {
KernelList kernel_list();
}
}  // namespace cpu

namespace {

// `wide` first: within a cost, the wider registers.
KernelSet make_set(const char* isa, const cpu::KernelList& wide, const cpu::KernelList& narrow) {
  KernelSet set{isa, wide.lanes, narrow.lanes, {}, wide.run_fmas};
  for (std::size_t i = 0; i < wide.count; ++i) set.kernels.push_back(&wide.kernels[i]);
  if (narrow.lanes == wide.lanes) return set;
  for (std::size_t i = 0; i < narrow.count; ++i) set.kernels.push_back(&narrow.kernels[i]);
  return set;
}

KernelSet make_set(const char* isa, const cpu::KernelList& list) {
  return make_set(isa, list, list);
}

std::vector<KernelSet> detect() {
  std::vector<KernelSet> sets;
#ifdef NIGHTJAR_HAS_avx512
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("fma")) {
    sets.push_back(make_set("avx512", cpu::avx512::kernel_list(), cpu::avx512vl::kernel_list()));
  }
#endif
#ifdef NIGHTJAR_HAS_avx2
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    sets.push_back(make_set("avx2", cpu::avx2::kernel_list()));
  }
#endif
  sets.push_back(make_set("portable", cpu::portable::kernel_list()));
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
