#include "kernels/cuda/vendor/libraries.h"

#include <dlfcn.h>

#ifdef NIGHTJAR_HAVE_CUBLAS
#include <cublasLt.h>
#endif
#ifdef NIGHTJAR_HAVE_CUDNN
#include <cudnn_version.h>
#endif

#include "kernels/cuda/vendor/shared_library.h"

namespace nightjar::cuda {
namespace {

// The major versions of the headers, as types, constants and sonames are theirs.
const SharedLibrary& cublas() {
#ifdef NIGHTJAR_HAVE_CUBLAS
  static const std::string version = std::to_string(CUBLAS_VER_MAJOR);
  static const SharedLibrary library =
      open_library("libcublasLt.so." + version, "install cuBLAS of CUDA " + version + " or use --conv ours");
#else
  static const SharedLibrary library{nullptr, "this nightjar was built without cuBLAS; use --conv ours"};
#endif
  return library;
}

const SharedLibrary& cudnn() {
#ifdef NIGHTJAR_HAVE_CUDNN
  static const std::string version = std::to_string(CUDNN_MAJOR);
  static const SharedLibrary library =
      open_library("libcudnn.so." + version, "install cuDNN " + version + " or use --conv ours");
#else
  static const SharedLibrary library{nullptr, "this nightjar was built without cuDNN; use --conv ours"};
#endif
  return library;
}

}  // namespace

std::string library_error(Library library) {
  if (library == Library::ours) return "";
  return (library == Library::cublas ? cublas() : cudnn()).error;
}

void* library_function(Library library, const char* name) {
  void* handle =
      library == Library::ours ? nullptr : (library == Library::cublas ? cublas() : cudnn()).handle;
  return handle ? dlsym(handle, name) : nullptr;
}

}  // namespace nightjar::cuda
