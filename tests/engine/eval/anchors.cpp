#include "engine/eval/anchors.h"

#include <random>

#include "tests/catch.h"

using namespace nightjar;

namespace {

// Three kinds of boxes, far from each other, each around its mean.
std::vector<BoxSize> three_kinds() {
  std::vector<BoxSize> sizes;
  for (const BoxSize& mean : {BoxSize{200, 150}, BoxSize{10, 12}, BoxSize{40, 100}}) {
    for (const float step : {-.1f, -.05f, 0.f, .05f, .1f}) {
      sizes.push_back({mean.w * (1 + step), mean.h});
      sizes.push_back({mean.w, mean.h * (1 - step)});
    }
  }
  return sizes;
}

std::vector<BoxSize> random_sizes(int count) {
  std::mt19937 random(3);
  std::vector<BoxSize> sizes;
  for (int i = 0; i < count; ++i)
    sizes.push_back({static_cast<float>(random() % 400 + 5), static_cast<float>(random() % 400 + 5)});
  return sizes;
}

}  // namespace

TEST_CASE("The IoU of sizes is that of boxes around one centre") {
  CHECK(iou(BoxSize{10, 20}, BoxSize{10, 20}) == 1);
  CHECK(iou(BoxSize{10, 20}, BoxSize{20, 10}) == Approx(100. / 300));
  CHECK(iou(BoxSize{10, 10}, BoxSize{20, 20}) == Approx(.25));
}

TEST_CASE("Clusters that lie far apart are found, and their means are the anchors") {
  const std::vector<BoxSize> sizes = three_kinds();
  const AnchorClusters clusters = cluster(sizes, 3);
  REQUIRE(clusters.anchors.size() == 3);
  const BoxSize means[] = {{10, 12}, {40, 100}, {200, 150}};  // by area
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(clusters.anchors[i].w == Approx(means[i].w));
    CHECK(clusters.anchors[i].h == Approx(means[i].h));
  }
  for (std::size_t i = 0; i < sizes.size(); ++i)
    CHECK(clusters.cluster_of[i] == (i < 10 ? 2 : i < 20 ? 0 : 1));
  CHECK(clusters.mean_iou > .94);
}

TEST_CASE("One cluster is the mean of all") {
  const AnchorClusters one = cluster(std::vector<BoxSize>{{10, 10}, {20, 40}}, 1);
  CHECK(one.anchors[0].w == Approx(15));
  CHECK(one.anchors[0].h == Approx(25));
}

TEST_CASE("k-means ends where each size has its best anchor, and each anchor is the mean of its sizes") {
  const std::vector<BoxSize> sizes = random_sizes(500);
  const AnchorClusters clusters = cluster(sizes, 9);
  double iou_sum = 0;
  for (std::size_t k = 0; k < 9; ++k) {
    double w = 0, h = 0;
    int count = 0;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      if (clusters.cluster_of[i] != static_cast<int>(k)) continue;
      w += sizes[i].w, h += sizes[i].h, ++count;
      const float its = iou(sizes[i], clusters.anchors[k]);
      iou_sum += its;
      for (const BoxSize& other : clusters.anchors) CHECK(iou(sizes[i], other) <= its);
    }
    REQUIRE(count > 0);
    CHECK(clusters.anchors[k].w == Approx(w / count));
    CHECK(clusters.anchors[k].h == Approx(h / count));
  }
  CHECK(clusters.mean_iou == Approx(iou_sum / 500));
}

TEST_CASE("The same sizes give the same anchors, in order of their areas") {
  const std::vector<BoxSize> sizes = random_sizes(300);
  const AnchorClusters first = cluster(sizes, 6), second = cluster(sizes, 6);
  for (std::size_t i = 0; i < 6; ++i) {
    CHECK(first.anchors[i].w == second.anchors[i].w);
    CHECK(first.anchors[i].h == second.anchors[i].h);
    if (i > 0)
      CHECK(first.anchors[i].w * first.anchors[i].h >= first.anchors[i - 1].w * first.anchors[i - 1].h);
  }
  CHECK(cluster(sizes, 9).mean_iou > first.mean_iou);
}

TEST_CASE("As many clusters as different sizes leave no distance") {
  const std::vector<BoxSize> sizes = {{10, 10}, {10, 10}, {30, 5}, {5, 30}};
  CHECK(different(sizes) == 3);
  CHECK(cluster(sizes, 3).mean_iou == Approx(1));
}

TEST_CASE("The coarsest head gets the largest anchors") {
  using Masks = std::vector<std::vector<int>>;
  CHECK(split_over_scales(9, 3) == Masks{{6, 7, 8}, {3, 4, 5}, {0, 1, 2}});
  CHECK(split_over_scales(6, 2) == Masks{{3, 4, 5}, {0, 1, 2}});
  CHECK(split_over_scales(5, 2) == Masks{{2, 3, 4}, {0, 1}});
  CHECK(split_over_scales(5, 1) == Masks{{0, 1, 2, 3, 4}});
}
