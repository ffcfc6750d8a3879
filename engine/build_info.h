// What this library is.
#pragma once

#include <string>
#include <vector>

namespace nightjar {

// "0.1.0"
const char* version();

// What this library was built with, and what of it this machine has.
struct BuildInfo {
  std::vector<std::string>
      instruction_sets;             // that kernels were compiled for and this CPU can run, best first
  std::string cuda;                 // "12.4 for sm_80, sm_90": the toolkit and GPUs; empty without
  std::vector<std::string> codecs;  // libraries that read and write pictures faster than stb
};
BuildInfo build_info();

}  // namespace nightjar
