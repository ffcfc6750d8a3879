#include "apps/nightjar/numbers.h"

#include <charconv>
#include <limits>
#include <system_error>

namespace nightjar {
namespace {

template <class Number>
std::optional<Number> parse_within(std::string_view text, Number low, Number high) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  if (!(value >= low && value <= high)) return {};
  return value;
}

}  // namespace

std::optional<float> parse_fraction(std::string_view text) {
  return parse_within(text, 0.f, 1.f);
}

std::optional<float> parse_positive(std::string_view text) {
  return parse_within(text, std::numeric_limits<float>::min(), std::numeric_limits<float>::max());
}

std::optional<int> parse_count(std::string_view text, int low, int high) {
  return parse_within(text, low, high);
}

}  // namespace nightjar
