#include "kernels/cpu/kernel_list.h"
#include "kernels/cpu/kernel_set.h"
#include "kernels/cpu/reference.h"

// The instruction sets, best first: which one, which one for values of few channels, what a CPU needs for
// them. A new one is a line here, a header in simd/ and a line in CMakeLists.txt.
#ifdef NIGHTJAR_AVX512
#define NIGHTJAR_AVX512_ISA(ISA)                                                      \
  ISA(avx512, avx512vl,                                                               \
      __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&      \
          __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && \
          __builtin_cpu_supports("fma"))
#else
#define NIGHTJAR_AVX512_ISA(ISA)
#endif
#ifdef NIGHTJAR_PORTABLE
#define NIGHTJAR_PORTABLE_ISA(ISA) ISA(portable, portable, true)
#else
#define NIGHTJAR_PORTABLE_ISA(ISA)
#endif
#ifdef __x86_64__
#define NIGHTJAR_ISAS(ISA)                                                         \
  NIGHTJAR_AVX512_ISA(ISA)                                                         \
  ISA(avx2, avx2, __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) \
  NIGHTJAR_PORTABLE_ISA(ISA)
#else
#define NIGHTJAR_ISAS(ISA) NIGHTJAR_PORTABLE_ISA(ISA)
#endif

namespace nightjar::cpu {

#define NIGHTJAR_DECLARE(isa, narrow, supported) \
  namespace isa {                                \
  KernelList kernel_list();                      \
  }                                              \
  namespace narrow {                             \
  KernelList kernel_list();                      \
  }
NIGHTJAR_ISAS(NIGHTJAR_DECLARE)
#undef NIGHTJAR_DECLARE

namespace {

struct Isa {
  const char* name;
  KernelList (*wide)();
  KernelList (*narrow)();
  bool (*supported)();
};
#define NIGHTJAR_ROW(isa, narrow, supported) \
  {#isa, isa::kernel_list, narrow::kernel_list, []() -> bool { return supported; }},
constexpr Isa isas[] = {NIGHTJAR_ISAS(NIGHTJAR_ROW)};
#undef NIGHTJAR_ROW

void append(KernelSet& set, const KernelList& list) {
  set.kernels.insert(set.kernels.end(), list.kernels, list.kernels + list.count);
}

KernelSet make_set(const Isa& isa) {
  const KernelList wide = isa.wide(), narrow = isa.narrow();
  KernelSet set{isa.name, wide.lanes, narrow.lanes, {}, wide.run_fmas, wide.picture_rows};
  append(set, wide);  // first: within a cost, the wider registers
  if (isa.narrow != isa.wide) append(set, narrow);
  return set;
}

std::vector<KernelSet> detect() {
  std::vector<KernelSet> sets;
  for (const Isa& isa : isas) {
    if (isa.supported()) sets.push_back(make_set(isa));
  }
  sets.push_back(reference_set());
  return sets;
}

}  // namespace

const std::vector<KernelSet>& kernel_sets() {
  static const std::vector<KernelSet> sets = detect();
  return sets;
}

bool is_known_isa(std::string_view isa) {
  for (const Isa& known : isas) {
    if (isa == known.name) return true;
  }
  return isa == kernel_sets().back().isa;
}

}  // namespace nightjar::cpu
