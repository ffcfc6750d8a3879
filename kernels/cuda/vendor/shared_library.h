// Opening a shared library at run time.
#pragma once

#include <string>

namespace nightjar::cuda {

struct SharedLibrary {
  void* handle = nullptr;  // for dlsym(); stays open until the program ends
  std::string error;       // what the loader says, and `advice`, where it did not open
};
// `soname`: "libcudnn.so.9". `advice`: "install cuDNN 9".
SharedLibrary open_library(const std::string& soname, const std::string& advice);

}  // namespace nightjar::cuda
