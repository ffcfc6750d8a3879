#include "apps/nightjar/bench/svg.h"

#include <algorithm>
#include <cmath>

#include "apps/nightjar/bench/table.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

std::string attribute(const char* name, const std::string& value) {
  return std::string(" ") + name + "=\"" + value + '"';
}
std::string attribute(const char* name, double value) {
  return attribute(name, fixed(value, 1));
}

// XML knows no control bytes, not even escaped ones.
std::string escape(std::string_view words) {
  std::string escaped;
  for (const char c : printable(words, std::string_view::npos)) {
    if (c == '&')
      escaped += "&amp;";
    else if (c == '<')
      escaped += "&lt;";
    else if (c == '>')
      escaped += "&gt;";
    else
      escaped += c;
  }
  return escaped;
}

}  // namespace

Svg::Svg(double width, double height) {
  const std::string w = fixed(width, 0), h = fixed(height, 0);
  body_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + w + "\" height=\"" + h +
          "\" viewBox=\"0 0 " + w + ' ' + h + "\" font-family=\"Helvetica, Arial, sans-serif\">\n";
  rectangle(0, 0, width, height, "#ffffff");
}

void Svg::rectangle(double x, double y, double width, double height, const char* colour) {
  body_ += "<rect" + attribute("x", x) + attribute("y", y) + attribute("width", width) +
           attribute("height", height) + attribute("fill", colour) + "/>\n";
}

void Svg::line(double x1, double y1, double x2, double y2, const char* colour, double width) {
  body_ += "<line" + attribute("x1", x1) + attribute("y1", y1) + attribute("x2", x2) + attribute("y2", y2) +
           attribute("stroke", colour) + attribute("stroke-width", width) + "/>\n";
}

void Svg::circle(double x, double y, double radius, const char* fill, const char* edge) {
  body_ += "<circle" + attribute("cx", x) + attribute("cy", y) + attribute("r", radius) +
           attribute("fill", fill) + attribute("stroke", edge) + attribute("stroke-width", 2) + "/>\n";
}

void Svg::text(double x, double y, std::string_view words, const Font& font) {
  constexpr const char* anchors[] = {"start", "middle", "end"};
  body_ += "<text" + attribute("x", x) + attribute("y", y) +
           attribute("font-size", std::to_string(font.size)) +
           attribute("text-anchor", anchors[static_cast<int>(font.anchor)]) + attribute("fill", font.colour) +
           (font.bold ? " font-weight=\"bold\"" : "") + '>' + escape(words) + "</text>\n";
}

double axis_step(double longest, int marks) {
  const double least = std::max(longest, 1e-9) / marks;
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double factor : {1., 2., 5.}) {
    if (factor * power >= least) return factor * power;
  }
  return 10 * power;
}

}  // namespace nightjar
