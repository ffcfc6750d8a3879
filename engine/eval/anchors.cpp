#include "engine/eval/anchors.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <set>
#include <utility>

namespace nightjar {
namespace {

constexpr int starts = 8, most_rounds = 1000;

using Sizes = std::span<const BoxSize>;

struct Nearest {
  int anchor;
  float iou;
};

Nearest nearest(const BoxSize& size, Sizes anchors) {
  Nearest best{0, -1};
  for (int i = 0; i < static_cast<int>(anchors.size()); ++i) {
    const float its = iou(size, anchors[static_cast<std::size_t>(i)]);
    if (its > best.iou) best = {i, its};
  }
  return best;
}

// k-means++ (Arthur and Vassilvitskii): each next one is drawn with a chance that grows with the square of
// its distance from those that are there. Their numbers are worked out here because the distributions of the
// standard library differ between its makers.
std::vector<BoxSize> draw_start(Sizes sizes, int clusters, std::mt19937_64& random) {
  const auto draw = [&] { return static_cast<double>(random() >> 11) / 9007199254740992.; };  // 0 <= x < 1
  std::vector<BoxSize> start = {sizes[static_cast<std::size_t>(draw() * static_cast<double>(sizes.size()))]};
  std::vector<float> distances(sizes.size(), std::numeric_limits<float>::max());
  while (static_cast<int>(start.size()) < clusters) {
    double sum = 0;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      distances[i] = std::min(distances[i], 1 - iou(sizes[i], start.back()));
      sum += static_cast<double>(distances[i]) * distances[i];
    }
    double left = draw() * sum;
    std::size_t chosen = 0;  // where all are so close to those that are there that floats see no distance
    for (std::size_t i = 0; i < sizes.size() && left >= 0; ++i) {
      const double its = static_cast<double>(distances[i]) * distances[i];
      if (its <= 0) continue;
      chosen = i;
      left -= its;
    }
    start.push_back(sizes[chosen]);
  }
  return start;
}

// Each anchor becomes the mean of its sizes; one that has none stays.
void move_to_means(Sizes sizes, const std::vector<int>& cluster_of, std::vector<BoxSize>& anchors) {
  struct Sum {
    double w = 0, h = 0;
    int count = 0;
  };
  std::vector<Sum> sums(anchors.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    Sum& sum = sums[static_cast<std::size_t>(cluster_of[i])];
    sum.w += sizes[i].w, sum.h += sizes[i].h, ++sum.count;
  }
  for (std::size_t i = 0; i < anchors.size(); ++i) {
    if (sums[i].count == 0) continue;
    anchors[i] = {static_cast<float>(sums[i].w / sums[i].count),
                  static_cast<float>(sums[i].h / sums[i].count)};
  }
}

// Whether none changed its cluster.
bool assign(Sizes sizes, AnchorClusters& clusters) {
  bool same = true;
  double sum = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const Nearest its = nearest(sizes[i], clusters.anchors);
    same &= clusters.cluster_of[i] == its.anchor;
    clusters.cluster_of[i] = its.anchor;
    sum += its.iou;
  }
  clusters.mean_iou = sum / static_cast<double>(sizes.size());
  return same;
}

AnchorClusters k_means(Sizes sizes, std::vector<BoxSize> start) {
  AnchorClusters clusters{std::move(start), std::vector<int>(sizes.size(), -1)};
  while (!assign(sizes, clusters) && clusters.rounds < most_rounds) {
    move_to_means(sizes, clusters.cluster_of, clusters.anchors);
    ++clusters.rounds;
  }
  return clusters;
}

void sort_by_area(AnchorClusters& clusters) {
  const auto area = [&](int i) {
    const BoxSize& size = clusters.anchors[static_cast<std::size_t>(i)];
    return size.w * size.h;
  };
  std::vector<int> order(clusters.anchors.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return area(a) < area(b); });
  std::vector<BoxSize> anchors;
  std::vector<int> place(order.size());
  for (const int old : order) {
    place[static_cast<std::size_t>(old)] = static_cast<int>(anchors.size());
    anchors.push_back(clusters.anchors[static_cast<std::size_t>(old)]);
  }
  clusters.anchors = std::move(anchors);
  for (int& its : clusters.cluster_of) its = place[static_cast<std::size_t>(its)];
}

}  // namespace

float iou(const BoxSize& a, const BoxSize& b) {
  const float both = std::min(a.w, b.w) * std::min(a.h, b.h);
  return both / (a.w * a.h + b.w * b.h - both);
}

AnchorClusters cluster(std::span<const BoxSize> sizes, int clusters) {
  AnchorClusters best;
  for (unsigned seed = 1; seed <= starts; ++seed) {
    std::mt19937_64 random(seed);
    AnchorClusters found = k_means(sizes, draw_start(sizes, clusters, random));
    if (found.mean_iou > best.mean_iou) best = std::move(found);
  }
  sort_by_area(best);
  return best;
}

int different(std::span<const BoxSize> sizes) {
  std::set<std::pair<float, float>> seen;
  for (const BoxSize& size : sizes) seen.emplace(size.w, size.h);
  return static_cast<int>(seen.size());
}

std::vector<std::vector<int>> split_over_scales(int anchors, int scales) {
  std::vector<std::vector<int>> masks;
  int end = anchors;
  for (int left = scales; left > 0; --left) {
    const int its = (end + left - 1) / left;
    std::vector<int> mask(static_cast<std::size_t>(its));
    std::iota(mask.begin(), mask.end(), end - its);
    masks.push_back(std::move(mask));
    end -= its;
  }
  return masks;
}

}  // namespace nightjar
