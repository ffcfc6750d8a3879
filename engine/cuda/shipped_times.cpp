#include "engine/cuda/shipped_times.h"

#include <algorithm>

namespace nightjar::cuda {

std::optional<Tuning> find_times(std::span<const ShippedTimes> all, const Machine& machine) {
  const std::string name = file_name_of(machine);
  const auto found = std::ranges::find(all, name, &ShippedTimes::name);
  if (found == all.end()) return std::nullopt;
  return Tuning::parse(found->text);
}

}  // namespace nightjar::cuda
