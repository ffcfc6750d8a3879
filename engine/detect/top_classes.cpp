#include "engine/detect/top_classes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace nightjar {
namespace {

// Comparable: an overflow in the network makes no number.
float rank_of(float score) {
  return std::isnan(score) ? -std::numeric_limits<float>::infinity() : score;
}

}  // namespace

std::vector<ClassScore> most_probable_classes(std::span<const float> scores, int most) {
  std::vector<int> classes(scores.size());
  std::iota(classes.begin(), classes.end(), 0);
  const auto count = std::min<std::ptrdiff_t>(most, std::ssize(classes));
  std::partial_sort(classes.begin(), classes.begin() + count, classes.end(), [&](int a, int b) {
    const float first = rank_of(scores[a]), second = rank_of(scores[b]);
    return first != second ? first > second : a < b;
  });
  std::vector<ClassScore> top;
  for (std::ptrdiff_t i = 0; i < count; ++i) top.push_back({classes[i], scores[classes[i]]});
  return top;
}

}  // namespace nightjar
