// NVIDIA's libraries, opened when they are first asked for: they take hundreds of megabytes that nobody
// should map who does not want them, and a program linked with them does not start where they are missing.
#pragma once

#include <string>

#include "kernels/cuda/kernel.h"

namespace nightjar::cuda {

// "" if the kernels of `library` can be used; otherwise one line that says why not and what to do about it.
std::string library_error(Library library);

// A function of cuBLASLt or cuDNN; null where there is an error, or none of that name.
void* library_function(Library library, const char* name);

}  // namespace nightjar::cuda
