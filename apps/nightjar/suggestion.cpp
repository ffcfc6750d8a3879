// The edit distance of Damerau and Levenshtein, in which no part is edited twice.
#include "apps/nightjar/suggestion.h"

#include <algorithm>
#include <array>
#include <vector>

namespace nightjar {
namespace {

constexpr std::size_t letters_a_mistake = 3;

std::size_t distance(std::string_view a, std::string_view b) {
  // Rows of the table of distances between the first letters of each: this one, and the two before.
  std::array<std::vector<std::size_t>, 3> rows;
  for (auto& row : rows) row.resize(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); j++) rows[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); i++) {
    auto& row = rows[i % 3];
    const auto &above = rows[(i + 2) % 3], &two_above = rows[(i + 1) % 3];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); j++) {
      const bool same = a[i - 1] == b[j - 1];
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + !same});
      const bool changed_places = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (changed_places) row[j] = std::min(row[j], two_above[j - 2] + 1);
    }
  }
  return rows[a.size() % 3][b.size()];
}

// Mistakes within which two words are near each other.
std::size_t limit(std::string_view a, std::string_view b) {
  return std::max(a.size(), b.size()) / letters_a_mistake;
}

// Whether that can be at all: arguments may be as long as anything.
bool of_like_length(std::string_view a, std::string_view b) {
  return std::max(a.size(), b.size()) - std::min(a.size(), b.size()) <= limit(a, b);
}

}  // namespace

std::string suggestion(std::string_view word, std::span<const std::string_view> known,
                       std::string_view front) {
  std::string_view nearest;
  std::size_t least = 0;
  for (const std::string_view candidate : known) {
    if (!of_like_length(word, candidate)) continue;
    const std::size_t mistakes = distance(word, candidate);
    if (mistakes > limit(word, candidate) || (!nearest.empty() && mistakes >= least)) continue;
    nearest = candidate;
    least = mistakes;
  }
  if (nearest.empty()) return {};
  return "; did you mean '" + std::string(front) + std::string(nearest) + "'?";
}

}  // namespace nightjar
