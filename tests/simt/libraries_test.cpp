#include "kernels/cuda/vendor/libraries.h"

#include "kernels/cuda/vendor/shared_library.h"
#include "tests/catch.h"

using namespace nightjar;
using namespace nightjar::cuda;

TEST_CASE("a library that is not there says so, and what to do") {
  const SharedLibrary library = open_library("libnightjar-missing.so.9", "install it or use --conv ours");
  CHECK(library.handle == nullptr);
  CHECK(library.error.find("libnightjar-missing.so.9") != std::string::npos);
  CHECK(library.error.find("; install it or use --conv ours") != std::string::npos);
  CHECK(library.error.find('\n') == std::string::npos);
}

TEST_CASE("a library that is there opens") {
  const SharedLibrary library = open_library("libc.so.6", "");
  CHECK(library.handle != nullptr);
  CHECK(library.error.empty());
}

TEST_CASE("our own kernels need no library") {
  CHECK(library_error(Library::ours).empty());
}
