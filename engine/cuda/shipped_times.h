// Kernels' times that come with nightjar: what --tune measured on a card, for all who have such a card.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "engine/plan/tuning.h"

namespace nightjar::cuda {

struct ShippedTimes {
  std::string_view name;  // of the file: the machine's, as in a tuning file's, without the version
  std::string_view text;  // Tuning::text()
};

// The files that the build found (times.cmake).
std::span<const ShippedTimes> shipped_times();

// A machine's; nothing where there are none.
std::optional<Tuning> find_times(std::span<const ShippedTimes> all, const Machine& machine);

// Times of another card of the kind, or of an earlier kernel, are nearly right: a kernel is preferred to what
// the estimates choose if it takes less by more than this part.
constexpr double least_gain_of_shipped = .03;

}  // namespace nightjar::cuda
