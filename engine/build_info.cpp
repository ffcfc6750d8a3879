// CMakeLists.txt beside this defines what was found when building.
#include "engine/build_info.h"

#include "kernels/cpu/kernel_set.h"

namespace nightjar {

BuildInfo build_info() {
  BuildInfo info;
  for (const cpu::KernelSet& set : cpu::kernel_sets()) info.instruction_sets.emplace_back(set.isa);
#ifdef NIGHTJAR_CUDA_TOOLKIT
  info.cuda = NIGHTJAR_CUDA_TOOLKIT;
#endif
#ifdef NIGHTJAR_TURBOJPEG
  info.codecs.emplace_back("libjpeg-turbo");
#endif
#ifdef NIGHTJAR_SPNG
  info.codecs.emplace_back("libspng");
#endif
#ifdef NIGHTJAR_WEBP
  info.codecs.emplace_back("libwebp");
#endif
  return info;
}

const char* version() {
  return NIGHTJAR_VERSION;
}

}  // namespace nightjar
