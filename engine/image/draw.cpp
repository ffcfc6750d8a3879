// Boxes and their tags: all frames first, then the tags; the surest on top of either.
#include "engine/image/draw.h"

#include <cmath>
#include <span>

#include "engine/detect/format.h"
#include "engine/image/canvas.h"
#include "engine/image/tag_places.h"
#include "engine/image/text.h"

namespace nightjar {
namespace {

constexpr Colour black{0, 0, 0}, white{255, 255, 255};
constexpr int seam_opacity = 90, glass_opacity = 130;

// How large things are drawn: by the picture's size, and smaller for small boxes.
struct Style {
  int line;  // pixels
  int text;  // a capital's height, pixels

  static Style of(const Image& picture) {
    const float side = static_cast<float>(std::min(picture.width, picture.height));
    return {std::max(2, static_cast<int>(std::lround(side / 200))),
            std::clamp(3 * static_cast<int>(std::lround(side / 150)), least_text, most_text)};
  }

  Style of(const Rect& box) const {
    const float side = std::sqrt(static_cast<float>(box.area()));
    const int least = std::max(smallest_text, text / 2);
    return {std::clamp(static_cast<int>(std::lround(side / 25)), 1, line),
            std::clamp(static_cast<int>(std::lround(side / 5)), least, text)};
  }

  // Between a tag's edges and its text; above and below there is room for accents and descenders.
  int side_margin() const { return static_cast<int>(std::lround(.35f * static_cast<float>(text))); }
  int top_margin() const { return static_cast<int>(std::lround(.36f * static_cast<float>(text))); }
  int tag_height() const { return text + 2 * top_margin(); }

  static constexpr int smallest_text = 7, least_text = 9, most_text = 240;
};

struct Label {
  const Mark* mark;
  Colour colour;
  Rect frame;
  Style style;
};

struct Tag {
  const Label* label;
  TextLine line;
  TagPlace place;
};

// Neighbouring classes get hues a golden section of the circle apart, which spreads any number of them
// evenly.
Colour class_colour(int class_id) {
  const double turns = .02 + class_id * .6180339887;
  const auto channel = [&](double shift) {  // HSV with saturation .8
    const double position = std::fmod(turns + shift, 1.) * 6;
    return static_cast<std::uint8_t>(250 * (.2 + .8 * std::clamp(std::abs(position - 3) - 1, 0., 1.)));
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

// The box in pixels, as far as it lies near the picture.
Rect pixels_of(const Detection& box, const Rect& area) {
  const auto pixel = [](float at, int side) {  // clamped first: what lies far outside fits no int
    return static_cast<int>(std::lround(std::clamp(at, -1.f, 2.f) * static_cast<float>(side)));
  };
  return {pixel(box.x - box.w / 2, area.right), pixel(box.y - box.h / 2, area.bottom),
          pixel(box.x + box.w / 2, area.right), pixel(box.y + box.h / 2, area.bottom)};
}

// What is to be drawn, the least sure first. A frame is centred on the box's edges, and closed at the
// picture's where it reaches over them.
std::vector<Label> labels_of(std::span<const Mark> marks, const Rect& area, const Style& usual) {
  std::vector<Label> labels;
  for (const Mark& mark : marks) {
    const Rect edges = pixels_of(mark.box, area);
    const Style style = usual.of(edges.within(area));
    const Label label{
        &mark, {mark.red, mark.green, mark.blue}, edges.grown(style.line / 2).within(area), style};
    if (!mark.words.empty() && !label.frame.empty()) labels.push_back(label);
  }
  std::stable_sort(labels.begin(), labels.end(),
                   [](const Label& a, const Label& b) { return a.mark->sure < b.mark->sure; });
  return labels;
}

// The surest first.
std::vector<Tag> place_tags(const std::vector<Label>& labels, const Typeface& typeface, const Rect& area,
                            const Style& usual) {
  TagPlaces places(area, usual.tag_height());
  for (auto label = labels.rbegin(); label != labels.rend(); ++label) places.protect(label->frame);
  std::vector<Tag> tags;
  for (auto label = labels.rbegin(); label != labels.rend(); ++label) {
    const Style& style = label->style;
    TextLine line = set_text(typeface, label->mark->words, style.text, area.right);
    const Rect size{0, 0, line.width + 2 * style.side_margin(), style.tag_height()};
    tags.push_back({&*label, std::move(line), places.take(size, label->frame)});
  }
  return tags;
}

// From a tag that found no place at its frame to that frame, straight: they face each other.
void draw_leader(Canvas& canvas, const Tag& tag) {
  const Rect &rect = tag.place.rect, &frame = tag.label->frame;
  const auto between = [](int a, int b, int c, int d) { return (std::max(a, c) + std::min(b, d)) / 2; };
  const int x = between(rect.left, rect.right, frame.left, frame.right);
  const int y = between(rect.top, rect.bottom, frame.top, frame.bottom);
  const int line = tag.label->style.line;
  for (const Rect& leader :
       {Rect{x, rect.bottom, x + line, frame.top}, Rect{x, frame.bottom, x + line, rect.top},
        Rect{rect.right, y, frame.left, y + line}, Rect{frame.right, y, rect.left, y + line}}) {
    if (leader.empty()) continue;
    canvas.fill(leader.grown(1), black, seam_opacity);
    canvas.fill(leader, tag.label->colour);
  }
}

void draw_tag(Canvas& canvas, const Tag& tag) {
  const Rect& rect = tag.place.rect;
  const Style& style = tag.label->style;
  canvas.fill(rect, tag.label->colour, tag.place.hides ? glass_opacity : opaque);
  const int background = tag.place.hides ? canvas.luminance(rect) : tag.label->colour.luminance();
  const Colour& ink = background > 128 ? black : white;
  for (const PlacedGlyph& glyph : tag.line.glyphs) {
    canvas.paint(*glyph.image, rect.left + style.side_margin() + glyph.x,
                 rect.top + style.top_margin() + style.text + glyph.y, ink);
  }
}

}  // namespace

void draw_boxes(Image& picture, const Boxes& boxes, const std::vector<std::string>& names,
                const DrawOptions& options) {
  std::vector<Mark> marks;
  for (const Detection& box : boxes) {
    const ClassScore& best = box.classes.front();
    const Colour colour = class_colour(best.class_id);
    marks.push_back({box, label_text(box, names), colour.r, colour.g, colour.b, best.probability});
  }
  draw_marks(picture, marks, options);
}

void draw_marks(Image& picture, std::span<const Mark> marks, const DrawOptions& options) {
  Canvas canvas(picture);
  const Style usual = Style::of(picture);
  const std::vector<Label> labels = labels_of(marks, canvas.area(), usual);
  for (const Label& label : labels) {
    canvas.frame(label.frame.grown(1), label.style.line + 2, black, seam_opacity);  // shows on any background
    canvas.frame(label.frame, label.style.line, label.colour);
  }
  const std::vector<Tag> tags = place_tags(labels, options.typeface, canvas.area(), usual);
  for (const Tag& tag : tags) draw_leader(canvas, tag);
  for (auto tag = tags.rbegin(); tag != tags.rend(); ++tag) draw_tag(canvas, *tag);
}

}  // namespace nightjar
