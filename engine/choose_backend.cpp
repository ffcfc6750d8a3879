// From the name of a device to what runs there.
#include <charconv>
#include <optional>

#include "engine/backend.h"
#include "engine/cuda/backend.h"

namespace nightjar {
namespace {

// N of "cuda:N"; 0 for "cuda".
std::optional<int> cuda_index(std::string_view device) {
  if (device == "cuda") return 0;
  constexpr std::string_view prefix = "cuda:";
  if (!device.starts_with(prefix)) return std::nullopt;
  const char *begin = device.data() + prefix.size(), *end = device.data() + device.size();
  int index = -1;
  const auto [parsed, error] = std::from_chars(begin, end, index);
  if (error != std::errc() || parsed != end || index < 0) return std::nullopt;
  return index;
}

Result<ChosenBackend> without_note(Result<std::unique_ptr<Backend>> backend) {
  if (!backend) return backend.error();
  return ChosenBackend{std::move(*backend), ""};
}

Result<ChosenBackend> cuda_or_cpu(const ModelOptions& options) {
  auto gpu = cuda::backend(0, options);
  if (gpu) return without_note(std::move(gpu));
  ModelOptions on_cpu = options;
  on_cpu.precision = Precision::fp32;
  on_cpu.convolutions = Library::ours;
  auto cpu = cpu_backend(on_cpu);
  if (!cpu) return cpu.error();
  return ChosenBackend{std::move(*cpu), gpu.error().message};
}

}  // namespace

Result<ChosenBackend> choose_backend(const ModelOptions& options) {
  if (options.device == "cpu") return without_note(cpu_backend(options));
  if (options.device == "auto") return cuda_or_cpu(options);
  if (const auto index = cuda_index(options.device)) return without_note(cuda::backend(*index, options));
  return Error{Failure::usage,
               "device '" + options.device + "' is not known; expected cpu, auto, cuda or cuda:N"};
}

}  // namespace nightjar
