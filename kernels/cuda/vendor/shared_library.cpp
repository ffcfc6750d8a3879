#include "kernels/cuda/vendor/shared_library.h"

#include <dlfcn.h>

namespace nightjar::cuda {

SharedLibrary open_library(const std::string& soname, const std::string& advice) {
  SharedLibrary library;
  library.handle = dlopen(soname.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library.handle) {
    const char* reason = dlerror();
    library.error = (reason ? reason : soname + " does not open") + ("; " + advice);
  }
  return library;
}

}  // namespace nightjar::cuda
