// What the runtime reports, as errors for people.
#pragma once

#include <string_view>

#include "engine/cuda/runtime.h"

namespace nightjar::cuda {

// "cuda:0 (NVIDIA H200)"
std::string name_of(const Gpu& gpu);

// An error where `status` is one: too_large if memory ran out, device otherwise. `doing`: "copying pictures".
Result<void> check(Status status, const Gpu& gpu, std::string_view doing);

}  // namespace nightjar::cuda
