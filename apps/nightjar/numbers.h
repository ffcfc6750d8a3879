// Numbers of command lines, and their limits.
#pragma once

#include <optional>
#include <string_view>

namespace nightjar {

inline constexpr int max_threads = 1024, max_batch = 1024, max_side = 1 << 16;
inline constexpr int max_points = 1 << 16, max_clusters = 1000;

// The whole of `text` as a number from 0 to 1, an integer within both ends; nothing otherwise. NaN is none.
std::optional<float> parse_fraction(std::string_view text);
std::optional<float> parse_positive(std::string_view text);  // above 0
std::optional<int> parse_count(std::string_view text, int low, int high);

}  // namespace nightjar
