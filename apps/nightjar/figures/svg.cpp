#include "apps/nightjar/figures/svg.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "apps/nightjar/figures/table.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

std::string attribute(const char* name, std::string_view value) {
  return std::string(" ") + name + "=\"" + std::string(value) + '"';
}
std::string attribute(const char* name, double value) {
  return attribute(name, fixed(value, 1));
}

// Advance widths of ' ' to '~' in DejaVu Sans, thousandths of the font's size.
constexpr short widths[] = {318,  401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337,
                            636,  636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531,
                            1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787,
                            603,  787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500,
                            500,  613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612,
                            635,  635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838};
static_assert(std::size(widths) == '~' - ' ' + 1);
constexpr double bold_over_regular = 1.27;  // of the letter that grows most

// Of a byte: a character beyond ASCII counts once, as wide as it is high.
int width_of_byte(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  const bool follows = (value & 0xc0) == 0x80;
  return byte >= ' ' && byte <= '~' ? widths[byte - ' '] : follows ? 0 : 1000;
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

double Svg::width_of(std::string_view words, const Font& font) {
  double total = 0;
  for (const char byte : printable(words, words.npos)) total += width_of_byte(byte);
  return total / 1000 * font.size * (font.bold ? bold_over_regular : 1);
}

Svg::Svg(double width, double height) {
  const std::string w = fixed(width, 0), h = fixed(height, 0);
  body_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + w + "\" height=\"" + h +
          "\" viewBox=\"0 0 " + w + ' ' + h + "\" font-family=\"Helvetica, Arial, sans-serif\">\n";
  rectangle(0, 0, width, height, "#ffffff");
}

void Svg::rectangle(double x, double y, double width, double height, std::string_view colour) {
  body_ += "<rect" + attribute("x", x) + attribute("y", y) + attribute("width", width) +
           attribute("height", height) + attribute("fill", colour) + "/>\n";
}

void Svg::outline(double x, double y, double width, double height, std::string_view colour, double line) {
  body_ += "<rect" + attribute("x", x) + attribute("y", y) + attribute("width", width) +
           attribute("height", height) + attribute("fill", "none") + attribute("stroke", colour) +
           attribute("stroke-width", line) + "/>\n";
}

void Svg::line(double x1, double y1, double x2, double y2, const char* colour, double width) {
  body_ += "<line" + attribute("x1", x1) + attribute("y1", y1) + attribute("x2", x2) + attribute("y2", y2) +
           attribute("stroke", colour) + attribute("stroke-width", width) + "/>\n";
}

void Svg::polyline(std::span<const Point> points, std::string_view colour, double width) {
  std::string places;
  for (const Point& point : points) {
    if (!places.empty()) places += ' ';
    places += fixed(point.x, 1) + ',' + fixed(point.y, 1);
  }
  body_ += "<polyline" + attribute("points", places) + attribute("fill", "none") +
           attribute("stroke", colour) + attribute("stroke-width", width) + "/>\n";
}

void Svg::dot(double x, double y, double radius, std::string_view colour) {
  body_ += "<circle" + attribute("cx", x) + attribute("cy", y) + attribute("r", radius) +
           attribute("fill", colour) + "/>\n";
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
