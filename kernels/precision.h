// How exact a GPU may be, and whose convolutions it runs: what a caller chooses and kernels answer to.
#pragma once

#include <cstdint>

namespace nightjar {

// The least exact arithmetic that kernels multiply in; all sum in fp32. A plan of one precision may use the
// kernels of that precision and of those before it. fp16 also stores activations and weights in halves.
enum class Precision : std::uint8_t { fp32, tf32, fp16 };

// Those of NVIDIA's libraries are yardsticks: chosen only where they are asked for.
enum class Library : std::uint8_t { ours, cublas, cudnn };

// As the command line spells them.
inline constexpr const char* precision_names[] = {"fp32", "tf32", "fp16"};
inline constexpr const char* library_names[] = {"ours", "cublas", "cudnn"};
inline const char* name_of(Precision precision) {
  return precision_names[static_cast<int>(precision)];
}
inline const char* name_of(Library library) {
  return library_names[static_cast<int>(library)];
}

}  // namespace nightjar
