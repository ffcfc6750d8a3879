// Boxes and their tags: all frames first, the surest on top, then the tags, the surest with the first choice
// of place.
#include "engine/image/draw.h"

#include <cmath>
#include <span>

#include "engine/detect/format.h"
#include "engine/image/canvas.h"
#include "engine/image/font.h"

namespace nightjar {
namespace {

constexpr Colour black{0, 0, 0}, white{255, 255, 255};

// How large things are drawn, from the picture's size.
struct Style {
  int line;     // pixels
  float scale;  // pixels a unit of the typeface

  explicit Style(const Image& picture) {
    const float side = static_cast<float>(std::min(picture.width, picture.height));
    line = std::max(2, static_cast<int>(std::lround(side / 200)));
    // In quarters, so that capitals and small letters both end on whole pixels.
    scale = std::max(3.f, std::round(side / 150)) / 4;
  }
  int pixels(float units) const { return static_cast<int>(std::lround(units * scale)); }
  // Between a tag's edges and its text, to the middle of the pen.
  int side_margin() const { return pixels(5); }
  int top_margin() const { return pixels(4); }
  int tag_height() const { return pixels(cap_height) + 2 * top_margin() + 1; }
};

struct Label {
  const Detection* box;
  std::string text;
  Colour colour;
  Rect frame;
};

// Which parts of the picture lie under tags already, in coarse cells: looking costs the same however many
// there are.
class TakenSpace {
 public:
  TakenSpace(const Rect& area, int grain)
      : area_(area),
        grain_(grain),
        columns_(area.right / grain + 1),
        taken_(static_cast<std::size_t>(columns_) * (area.bottom / grain + 1)) {}

  int overlap(const Rect& rect) {
    int cells = 0;
    each(rect, [&](char& taken) { cells += taken; });
    return cells;
  }

  void take(const Rect& rect) {
    each(rect, [](char& taken) { taken = 1; });
  }

 private:
  template <class Visit>
  void each(const Rect& rect, Visit visit) {
    const Rect r = rect.within(area_);
    if (r.empty()) return;
    for (int y = r.top / grain_; y <= (r.bottom - 1) / grain_; ++y) {
      for (int x = r.left / grain_; x <= (r.right - 1) / grain_; ++x) {
        visit(taken_[static_cast<std::size_t>(y) * columns_ + x]);
      }
    }
  }

  Rect area_;
  int grain_, columns_;
  std::vector<char> taken_;
};

// Neighbouring classes get hues a golden section of the circle apart, which spreads any number of them
// evenly.
Colour class_colour(int class_id) {
  const double turns = .02 + class_id * .6180339887;
  const auto channel = [&](double shift) {  // HSV with saturation .8
    const double position = std::fmod(turns + shift, 1.) * 6;
    return static_cast<float>(250 * (.2 + .8 * std::clamp(std::abs(position - 3) - 1, 0., 1.)));
  };
  return {channel(0), channel(2. / 3), channel(1. / 3)};
}

std::string label_text(const Detection& box, Names names) {
  std::string text;
  for (const ClassScore& score : box.classes) {
    if (!shown(names, score.class_id)) continue;
    if (!text.empty()) text += ", ";
    text +=
        class_name(names, score.class_id) + ' ' + std::to_string(std::lround(score.probability * 100)) + '%';
  }
  return text;
}

// Where the frame of a box is drawn: centred on the box's edges, and closed at the picture's edges where it
// reaches over them.
Rect frame_of(const Detection& box, const Rect& area, int line) {
  const auto pixel = [](float at, int side) {  // clamped first: what lies far outside fits no int
    return static_cast<int>(std::lround(std::clamp(at, -1.f, 2.f) * static_cast<float>(side)));
  };
  const Rect edges{pixel(box.x - box.w / 2, area.right), pixel(box.y - box.h / 2, area.bottom),
                   pixel(box.x + box.w / 2, area.right), pixel(box.y + box.h / 2, area.bottom)};
  return edges.grown(line / 2).within(area);
}

// What is to be drawn, the least sure first.
std::vector<Label> labels_of(const Boxes& boxes, Names names, const Rect& area, int line) {
  std::vector<Label> labels;
  for (const Detection& box : boxes) {
    Label label{&box, label_text(box, names), class_colour(box.classes.front().class_id),
                frame_of(box, area, line)};
    if (!label.text.empty() && !label.frame.empty()) labels.push_back(std::move(label));
  }
  std::stable_sort(labels.begin(), labels.end(), [](const Label& a, const Label& b) {
    return a.box->classes.front().probability < b.box->classes.front().probability;
  });
  return labels;
}

// A place for a tag of the size of `tag`: above the frame if the picture has room, else inside it or below,
// left or right; the first that is free, or the one that hides least.
Rect place_tag(const Rect& tag, const Rect& frame, const Rect& area, TakenSpace& taken) {
  constexpr int steps_down = 12;
  std::vector<int> tops{frame.top - tag.height(), frame.top, frame.bottom, frame.bottom - tag.height()};
  for (int i = 1; i <= steps_down; ++i) tops.push_back(frame.top + i * tag.height());
  const int furthest_left = std::max(0, area.right - tag.width());
  Rect best = tag.moved_to(std::min(frame.left, furthest_left), 0);
  int least = -1;
  for (const int top : tops) {
    if (top < 0 || top + tag.height() > area.bottom) continue;
    for (const int left : {frame.left, frame.right - tag.width()}) {
      const Rect candidate = tag.moved_to(std::clamp(left, 0, furthest_left), top);
      const int hidden = taken.overlap(candidate);
      if (least >= 0 && hidden >= least) continue;
      best = candidate;
      least = hidden;
      if (hidden == 0) return best;
    }
  }
  return best;
}

void draw_tag(Canvas& canvas, const Label& label, const Style& style, TakenSpace& taken) {
  const Rect size{0, 0, text_width(label.text, style.scale) + 2 * style.side_margin() + 1,
                  style.tag_height()};
  const Rect tag = place_tag(size, label.frame, canvas.area(), taken);
  taken.take(tag);
  canvas.fill(tag, label.colour);
  const Colour& ink = label.colour.luminance() > 128 ? black : white;
  canvas.write(tag.left + style.side_margin(), tag.top + style.top_margin(), label.text, style.scale, ink);
}

}  // namespace

void draw_boxes(Image& picture, const Boxes& boxes, const std::vector<std::string>& names) {
  Canvas canvas(picture);
  const Style style(picture);
  const std::vector<Label> labels = labels_of(boxes, names, canvas.area(), style.line);
  for (const Label& label : labels) {
    canvas.frame(label.frame.grown(1), style.line + 2, black, .35f);  // a seam that shows on any background
    canvas.frame(label.frame, style.line, label.colour);
  }
  TakenSpace taken(canvas.area(), std::max(1, style.tag_height() / 4));
  for (auto label = labels.rbegin(); label != labels.rend(); ++label) draw_tag(canvas, *label, style, taken);
}

}  // namespace nightjar
