// Lines, fields and locale-independent numbers.
#include "parsers/scan.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>
#include <system_error>

namespace nightjar {
namespace {

constexpr std::string_view blanks = " \t";

template <class T>
std::optional<T> whole_number(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  T value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

}  // namespace

LineScanner::LineScanner(std::string_view bytes) : rest_(without_mark(bytes)) {}

std::optional<Line> LineScanner::next() {
  if (rest_.empty()) return std::nullopt;
  const std::size_t end = std::min(rest_.find_first_of("\r\n"), rest_.size());
  const Line line{rest_.substr(0, end), ++number_};
  rest_.remove_prefix(end);
  rest_.remove_prefix(rest_.starts_with("\r\n") ? 2 : rest_.empty() ? 0 : 1);
  return line;
}

std::string_view without_mark(std::string_view bytes) {
  if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
  return bytes;
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string without_blanks(std::string_view text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out),
               [](char c) { return blanks.find(c) == blanks.npos; });
  return out;
}

std::vector<std::string_view> fields(std::string_view text) {
  std::vector<std::string_view> out;
  for (text = trim(text); !text.empty(); text = trim(text)) {
    const std::size_t end = std::min(text.find_first_of(blanks), text.size());
    out.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return out;
}

std::vector<std::string_view> split(std::string_view text, char comma) {
  std::vector<std::string_view> out;
  for (std::size_t end; (end = text.find(comma)) != text.npos; text.remove_prefix(end + 1)) {
    out.push_back(text.substr(0, end));
  }
  out.push_back(text);
  return out;
}

std::optional<int> to_int(std::string_view text, std::int64_t low, std::int64_t high) {
  const std::optional<int> value = whole_number<int>(text);
  return value && *value >= low && *value <= high ? value : std::nullopt;
}

// Through double, as Darknet's atof does, so that the same text gives the same float.
std::optional<float> to_real(std::string_view text) {
  const std::optional<double> value = whole_number<double>(text);
  if (!value || !(std::abs(*value) <= std::numeric_limits<float>::max())) return std::nullopt;
  return static_cast<float>(*value);
}

}  // namespace nightjar
