// Darknet's two ways to suppress, with the order of boxes that each leaves.
#include <algorithm>
#include <vector>

#include "apps/libdarknet/network.h"

namespace nightjar::darknet {
namespace {

// What holds an object comes first: the others change places with the last ones.
int objects_first(detection* dets, int total) {
  int end = total;
  for (int i = 0; i < end;) {
    if (dets[i].objectness == 0)
      std::swap(dets[i], dets[--end]);
    else
      ++i;
  }
  return end;
}

// Of the boxes with a score above 0, which are to stay; score(det) is what they are ordered by.
template <class Score>
std::vector<std::uint8_t> kept(const detection* dets, int total, float thresh, Score score) {
  std::vector<float> places, scores;
  for (int i = 0; i < total; ++i) {
    const box& b = dets[i].bbox;
    places.insert(places.end(), {b.x, b.y, b.w, b.h});
    scores.push_back(score(dets[i]));
  }
  std::vector<std::uint8_t> keep(scores.size(), 1);
  went_well([&](nightjar_error** error) {
    return nightjar_suppress(places.data(), scores.data(), scores.size(), thresh, keep.data(), error);
  });
  return keep;
}

template <class Score>
void sort_by(detection* dets, int total, Score score) {
  std::stable_sort(dets, dets + total,
                   [&](const detection& a, const detection& b) { return score(a) > score(b); });
}

}  // namespace
}  // namespace nightjar::darknet

using namespace nightjar::darknet;

void do_nms_sort(detection* dets, int total, int classes, float thresh) {
  if (!dets) return;
  total = objects_first(dets, total);
  for (int k = 0; k < classes; ++k) {
    const auto score = [k](const detection& det) { return det.prob[k]; };
    for (int i = 0; i < total; ++i) dets[i].sort_class = k;
    // Where no box has the class, all stay as they lie.
    if (std::none_of(dets, dets + total, [&](const detection& det) { return score(det) > 0; })) continue;
    sort_by(dets, total, score);
    const auto keep = kept(dets, total, thresh, score);
    for (int i = 0; i < total; ++i) dets[i].prob[k] = keep[static_cast<std::size_t>(i)] ? dets[i].prob[k] : 0;
  }
}

void do_nms_obj(detection* dets, int total, int classes, float thresh) {
  if (!dets) return;
  total = objects_first(dets, total);
  const auto score = [](const detection& det) { return det.objectness; };
  for (int i = 0; i < total; ++i) dets[i].sort_class = -1;
  sort_by(dets, total, score);
  const auto keep = kept(dets, total, thresh, score);
  for (int i = 0; i < total; ++i) {
    if (keep[static_cast<std::size_t>(i)]) continue;
    dets[i].objectness = 0;
    std::fill_n(dets[i].prob, classes, 0.f);
  }
}
