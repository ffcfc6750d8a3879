// Greedy suppression (docs/darknet-format.md section 8) with the kept boxes sorted into a grid by their
// centres, so that many small boxes cost no more than a look around each, and few no more than a look at all.
#include "engine/detect/nms.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace nightjar {
namespace {

float overlap(float centre_a, float side_a, float centre_b, float side_b) {
  const float low = std::max(centre_a - side_a / 2, centre_b - side_b / 2);
  const float high = std::min(centre_a + side_a / 2, centre_b + side_b / 2);
  return high - low;
}

float extent(float centre_a, float side_a, float centre_b, float side_b) {
  const float low = std::min(centre_a - side_a / 2, centre_b - side_b / 2);
  const float high = std::max(centre_a + side_a / 2, centre_b + side_b / 2);
  return high - low;
}

// How a network's nms_kind measures two boxes.
struct Measure {
  Nms kind;
  float beta, threshold;

  // DIoU, which takes a power, is never above IoU.
  bool too_close(const Detection& a, const Detection& b) const {
    return iou(a, b) > threshold && (kind != Nms::diou || diou(a, b, beta) > threshold);
  }
};

// The boxes kept of one class.
class KeptBoxes {
 public:
  explicit KeptBoxes(const Measure& measure) : measure_(measure), cells_(cells_a_side * cells_a_side) {}

  // Two boxes of widths v <= w have an IoU of at most v / w, and of 0 at a distance of (v + w) / 2: the
  // centre of a kept box that is too close lies no further away than half of w + min(w / threshold, widest).
  // The same holds for heights, and for DIoU, which is never above IoU.
  bool suppress(const Detection& box) const {
    const Range columns = reach(box.x, box.w, widest_), rows = reach(box.y, box.h, highest_);
    const auto any_of = [&](const std::vector<const Detection*>& boxes) {
      return std::any_of(boxes.begin(), boxes.end(),
                         [&](const Detection* kept) { return measure_.too_close(*kept, box); });
    };
    if (kept_.size() <= columns.size() * rows.size()) return any_of(kept_);
    for (int row = rows.first; row <= rows.last; ++row) {
      for (int column = columns.first; column <= columns.last; ++column) {
        if (any_of(cells_[row * cells_a_side + column])) return true;
      }
    }
    return false;
  }

  void add(const Detection& box) {
    kept_.push_back(&box);
    cell_of(box).push_back(&box);
    widest_ = std::max(widest_, box.w);
    highest_ = std::max(highest_, box.h);
  }

  void clear() {
    for (const Detection* box : kept_) cell_of(*box).clear();
    kept_.clear();
    widest_ = highest_ = 0;
  }

 private:
  static constexpr int cells_a_side = 32;
  struct Range {
    int first, last;
    std::size_t size() const { return static_cast<std::size_t>(last - first + 1); }
  };

  std::vector<const Detection*>& cell_of(const Detection& box) {
    return cells_[cell(box.y) * cells_a_side + cell(box.x)];
  }
  static int cell(float centre) {  // the outermost cells also hold what lies outside the picture
    if (!(centre > 0)) return 0;
    return centre < 1 ? static_cast<int>(centre * cells_a_side) : cells_a_side - 1;
  }

  Range reach(float centre, float side, float longest) const {
    const float other = measure_.threshold > 0 ? std::min(side / measure_.threshold, longest) : longest;
    const float distance = (side + other) / 2 * 1.001f;  // room for rounding
    return {cell(centre - distance), cell(centre + distance)};
  }

  Measure measure_;
  std::vector<const Detection*> kept_;
  std::vector<std::vector<const Detection*>> cells_;
  float widest_ = 0, highest_ = 0;
};

struct Candidate {
  ClassScore* score;
  Detection* box;
  int group;  // within which boxes suppress each other: the class, or one for all
};

// By class, most probable first. The scores are collected box by box, so that a stable sort leaves ties in
// box order.
std::vector<Candidate> candidates_by_group(Boxes& boxes, bool agnostic) {
  std::vector<Candidate> candidates;
  for (Detection& box : boxes) {
    if (agnostic) {
      candidates.push_back({&box.classes.front(), &box, 0});
      continue;
    }
    for (ClassScore& score : box.classes) candidates.push_back({&score, &box, score.class_id});
  }
  std::stable_sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    if (a.group != b.group) return a.group < b.group;
    return a.score->probability > b.score->probability;
  });
  return candidates;
}

}  // namespace

float iou(const Detection& a, const Detection& b) {
  const float width = overlap(a.x, a.w, b.x, b.w), height = overlap(a.y, a.h, b.y, b.h);
  if (width <= 0 || height <= 0) return 0;
  const float both = width * height;
  const float either = a.w * a.h + b.w * b.h - both;
  return either > 0 ? both / either : 0;
}

float diou(const Detection& a, const Detection& b, float beta) {
  const float width = extent(a.x, a.w, b.x, b.w), height = extent(a.y, a.h, b.y, b.h);
  const float diagonal = width * width + height * height;
  if (diagonal == 0) return iou(a, b);
  const float distance = (a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y);
  return iou(a, b) - std::pow(distance / diagonal, beta);
}

void sort_as_darknet(Boxes& boxes) {
  for (Detection& box : boxes) {
    std::sort(box.classes.begin(), box.classes.end(),
              [](const ClassScore& a, const ClassScore& b) { return a.class_id > b.class_id; });
  }
  const auto less = [](const ClassScore& a, const ClassScore& b) {
    return a.class_id != b.class_id ? a.class_id < b.class_id : a.probability < b.probability;
  };
  // Of two that agree as far as one of them goes, the other one has a class more: it is the greater.
  std::stable_sort(boxes.begin(), boxes.end(), [&](const Detection& a, const Detection& b) {
    return std::lexicographical_compare(b.classes.begin(), b.classes.end(), a.classes.begin(),
                                        a.classes.end(), less);
  });
  for (Detection& box : boxes) {
    std::stable_sort(box.classes.begin(), box.classes.end(),
                     [](const ClassScore& a, const ClassScore& b) { return a.probability > b.probability; });
  }
}

void suppress(Boxes& boxes, Nms kind, float beta, float threshold, bool agnostic) {
  KeptBoxes kept(Measure{kind, beta, threshold});
  int group = -1;
  for (const Candidate& candidate : candidates_by_group(boxes, agnostic)) {
    if (candidate.group != group) {
      group = candidate.group;
      kept.clear();
    }
    if (kept.suppress(*candidate.box)) {
      if (agnostic)
        candidate.box->classes.clear();
      else
        candidate.score->probability = 0;
    } else {
      kept.add(*candidate.box);
    }
  }
  for (Detection& box : boxes) {
    std::erase_if(box.classes, [](const ClassScore& score) { return score.probability == 0; });
  }
  std::erase_if(boxes, [](const Detection& box) { return box.classes.empty(); });
}

}  // namespace nightjar
