// Anchors from the sizes of labelled objects, as YOLOv2 ("Dimension Clusters") and YOLOv3 make them: k-means
// with 1 - IoU of boxes around one centre as the distance.
#pragma once

#include <span>
#include <vector>

namespace nightjar {

struct BoxSize {
  float w = 0, h = 0;
};

// Of two boxes around one centre.
float iou(const BoxSize& a, const BoxSize& b);

struct AnchorClusters {
  std::vector<BoxSize> anchors;  // by area
  std::vector<int> cluster_of;   // each size's anchor
  double mean_iou = 0;           // of each size with its anchor
  int rounds = 0;                // that k-means took
};

// The best of several starts by k-means++, whose random numbers are the same each time: the same sizes give
// the same anchors. Each size is positive; `clusters` is at least 1 and at most the number of different
// sizes.
AnchorClusters cluster(std::span<const BoxSize> sizes, int clusters);

// How many of them are different.
int different(std::span<const BoxSize> sizes);

// Which anchors each head gets, the coarsest grid first and with the largest: YOLOv3's masks. What cannot be
// shared equally goes to the coarser ones.
std::vector<std::vector<int>> split_over_scales(int anchors, int scales);

}  // namespace nightjar
