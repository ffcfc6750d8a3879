#include "apps/python/src/opencv/suppression.h"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace nightjar::python {
namespace {

template <class T>
T shared_side(T a, T a_size, T b, T b_size) {
  return std::max(T{0}, std::min(a + a_size, b + b_size) - std::max(a, b));
}

// 1 for two boxes without any area, as in OpenCV.
template <class T>
float overlap(const Box<T>& a, const Box<T>& b) {
  const T both = a.width * a.height + b.width * b.height;
  if (both <= std::numeric_limits<T>::epsilon()) return 1;
  const double shared =
      double{shared_side(a.x, a.width, b.x, b.width)} * double{shared_side(a.y, a.height, b.y, b.height)};
  const double distance = 1 - shared / (double{both} - shared);
  return 1 - static_cast<float>(distance);
}

std::vector<int> by_score(const std::vector<float>& scores, const SuppressOptions& options) {
  std::vector<int> order;
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (scores[i] > options.score_threshold) order.push_back(static_cast<int>(i));
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return scores[a] > scores[b]; });
  if (options.most > 0 && order.size() > std::size_t(options.most)) order.resize(options.most);
  return order;
}

}  // namespace

template <class T>
std::vector<int> suppress(const std::vector<Box<T>>& boxes, const std::vector<float>& scores,
                          const SuppressOptions& options) {
  std::vector<int> kept;
  float threshold = options.nms_threshold;
  for (const int i : by_score(scores, options)) {
    const auto hides = [&](int other) { return !(overlap(boxes[i], boxes[other]) <= threshold); };
    if (std::any_of(kept.begin(), kept.end(), hides)) continue;
    kept.push_back(i);
    if (options.eta < 1 && threshold > .5f) threshold *= options.eta;
  }
  return kept;
}

template std::vector<int> suppress(const std::vector<Box<double>>&, const std::vector<float>&,
                                   const SuppressOptions&);
template std::vector<int> suppress(const std::vector<Box<float>>&, const std::vector<float>&,
                                   const SuppressOptions&);

}  // namespace nightjar::python
