// Candidates in order of preference, and what each would hide.
#include "engine/image/tag_places.h"

#include <initializer_list>
#include <limits>

namespace nightjar {
namespace {

constexpr std::size_t most_in_a_cell = 64;

struct Candidate {
  Rect rect;
  int away;  // from the frame, in heights of a tag
};

// Touching the frame: outside, inside, on the way down its sides. Then further and further above, below and
// beside it.
class Candidates {
 public:
  Candidates(const Rect& tag, const Rect& frame, const Rect& area) : tag_(tag), area_(area) {
    constexpr int furthest = 8;
    const int w = tag.width(), h = tag.height();
    const int left = frame.left, right = frame.right - w;  // in line with the frame's sides
    const int over = frame.top - h, under = frame.bottom;  // outside of it
    const int before = frame.left - w, behind = frame.right, top = frame.top, last = frame.bottom - h;
    offer({{left, over}, {right, over}, {left, top}, {right, top}, {left, under}, {right, under}}, 0);
    offer({{behind, top}, {before, top}, {behind, last}, {before, last}, {left, last}, {right, last}}, 0);
    for (int y = top + h, i = 1; y < last && i <= furthest; y += h, ++i)
      offer({{left, y}, {right, y}, {behind, y}, {before, y}}, 0);
    for (int i = 1; i <= furthest; ++i) {
      offer({{left, over - i * h}, {right, over - i * h}, {left, under + i * h}, {right, under + i * h}}, i);
      offer({{behind + i * h, top}, {before - i * h, top}}, i);
    }
  }

  std::vector<Candidate> found;

 private:
  struct Corner {
    int x, y;
  };

  void offer(std::initializer_list<Corner> corners, int away) {
    for (const Corner& corner : corners) {
      if (corner.y < 0 || corner.y + tag_.height() > area_.bottom) continue;
      const int x = std::clamp(corner.x, 0, std::max(0, area_.right - tag_.width()));
      found.push_back({tag_.moved_to(x, corner.y), away});
    }
  }

  const Rect &tag_, &area_;
};

}  // namespace

TagPlaces::TagPlaces(const Rect& area, int height)
    : area_(area), height_(height), cell_(std::max(32, 4 * height)), columns_(area.right / cell_ + 1) {
  const std::size_t cells =
      static_cast<std::size_t>(columns_) * static_cast<std::size_t>(area.bottom / cell_ + 1);
  tags_.resize(cells);
  objects_.resize(cells);
}

bool TagPlaces::is_small(const Rect& object) const {
  constexpr std::int64_t tags = 8;  // a side; a tag, five or six times as wide as high, then hides a tenth
  return object.area() < tags * height_ * tags * height_;
}

void TagPlaces::protect(const Rect& object) {
  if (is_small(object)) add(object, 1 / static_cast<float>(std::max<std::int64_t>(1, object.area())), false);
}

template <class Visit>
void TagPlaces::each_cell(const Rect& rect, Visit visit) const {
  const Rect r = rect.within(area_);
  if (r.empty()) return;
  for (int y = r.top / cell_; y <= (r.bottom - 1) / cell_; ++y) {
    for (int x = r.left / cell_; x <= (r.right - 1) / cell_; ++x) {
      const Rect cell{x * cell_, y * cell_, (x + 1) * cell_, (y + 1) * cell_};
      visit(static_cast<std::size_t>(y) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(x),
            r.within(cell));
    }
  }
}

void TagPlaces::add(const Rect& rect, float weight, bool tag) {
  each_cell(rect, [&](std::size_t cell, const Rect& part) {
    auto& occupants = (tag ? tags_ : objects_)[cell];
    if (occupants.size() < most_in_a_cell) occupants.push_back({part, weight});
  });
}

TagPlaces::Cost TagPlaces::cost(const Rect& rect) const {
  Cost cost;
  each_cell(rect, [&](std::size_t cell, const Rect& part) {
    for (const Occupant& o : tags_[cell])
      cost.tags += o.weight * static_cast<float>(o.rect.within(part).area());
    for (const Occupant& o : objects_[cell])
      cost.objects += o.weight * static_cast<float>(o.rect.within(part).area());
  });
  return cost;
}

TagPlace TagPlaces::take(const Rect& tag, const Rect& frame) {
  // A tag that is half hidden is not read; an object beneath one still shows through, and so is worth some
  // way.
  constexpr float tag_weight = 4, way_weight = .04f, seen = .01f;
  const float weight = tag_weight / static_cast<float>(std::max<std::int64_t>(1, tag.area()));
  TagPlace best{tag.moved_to(std::clamp(frame.left, 0, std::max(0, area_.right - tag.width())), 0), false};
  float least = std::numeric_limits<float>::infinity();
  for (const Candidate& candidate : Candidates(tag, frame, area_).found) {
    const Cost hidden = cost(candidate.rect);
    const float sum = hidden.tags + hidden.objects + way_weight * static_cast<float>(candidate.away);
    if (sum >= least) continue;
    best = {candidate.rect, hidden.objects > seen};
    least = sum;
    if (hidden.tags + hidden.objects == 0) break;
  }
  add(best.rect, weight, true);
  return best;
}

}  // namespace nightjar
