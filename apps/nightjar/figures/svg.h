// Drawing of charts: the few shapes they need, as an SVG document.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace nightjar {

class Svg {
 public:
  enum class Anchor { start, middle, end };
  struct Font {
    int size = 12;
    Anchor anchor = Anchor::start;
    const char* colour = "#222222";
    bool bold = false;
  };

  // How many pixels the words take at most: in DejaVu Sans, the widest of the fonts that they may be shown
  // in.
  static double width_of(std::string_view words, const Font& font);

  // Pixels; a white background.
  Svg(double width, double height);

  struct Point {
    double x, y;
  };

  void rectangle(double x, double y, double width, double height, std::string_view colour);
  void outline(double x, double y, double width, double height, std::string_view colour, double line = 1);
  void line(double x1, double y1, double x2, double y2, const char* colour, double width = 1);
  void polyline(std::span<const Point> points, std::string_view colour, double width = 1);
  void dot(double x, double y, double radius, std::string_view colour);
  void circle(double x, double y, double radius, const char* fill, const char* edge);
  // `y` is the base line; `words` may hold anything.
  void text(double x, double y, std::string_view words) { text(x, y, words, Font{}); }
  void text(double x, double y, std::string_view words, const Font& font);

  std::string document() const { return body_ + "</svg>\n"; }

 private:
  std::string body_;
};

// The distance between the marks of an axis from 0 to `longest`: 1, 2 or 5 times a power of ten, at most
// `marks` of them.
double axis_step(double longest, int marks);

}  // namespace nightjar
