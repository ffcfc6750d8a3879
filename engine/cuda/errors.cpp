#include "engine/cuda/errors.h"

namespace nightjar::cuda {

std::string name_of(const Gpu& gpu) {
  return "cuda:" + std::to_string(gpu.index) + " (" + gpu.name + ")";
}

Result<void> check(Status status, const Gpu& gpu, std::string_view doing) {
  if (status == 0) return {};
  const bool memory = is_out_of_memory(status);
  return Error{memory ? Failure::too_large : Failure::device,
               name_of(gpu) + ": " + message_of(status) + " while " + std::string(doing) +
                   (memory ? "; use a smaller batch or size" : "; nvidia-smi shows the state of the device")};
}

}  // namespace nightjar::cuda
