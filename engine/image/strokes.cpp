// The letters, drawn on a grid: capitals and digits 12 units high, small letters 8, descenders 4.
//
// A glyph is a list of strokes separated by blanks. A stroke is a list of points, each two base-36 digits, x
// and y. It is a polyline; or, after '(', an open curve, after '@' a closed one: a quadratic B-spline, which
// keeps inside its control polygon and passes through the middle of each of its sides. A point given twice
// makes a corner.
#include "engine/image/strokes.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace nightjar {
namespace {

constexpr int curve_pieces = 6;  // straight pieces per arc: round to the eye at 100 pixels a letter
constexpr float space_width = 2;

constexpr const char* ascii[] = {
    "",                                  // blank
    "0008 0c0c",                         // !
    "0003 3033",                         // "
    "301c 705c 0484 0888",               // #
    "(83810106868b0b09 404c",            // $
    "@40000444 901c @a8686cac",          // %
    "(9c13106063070c6c97",               // &
    "0003",                              // '
    "(30040a3e",                         // (
    "(00343a0e",                         // )
    "3137 0266 0662",                    // *
    "0888 444c",                         // +
    "1b0e",                              // ,
    "0858",                              // -
    "0c0c",                              // .
    "600d",                              // /
    "@70000c7c",                         // 0
    "03404c",                            // 1
    "(030070750c0c7c",                   // 2
    "(0200707636 (36767c0c0a",           // 3
    "6c600989",                          // 4
    "701006 (0634747c0c0a",              // 5
    "(600009 @75050c7c",                 // 6
    "00702c",                            // 7
    "@60101666 @76060c7c",               // 8
    "@70000777 (1c7c73",                 // 9
    "0505 0c0c",                         // :
    "1515 1b0e",                         // ;
    "74087c",                            // <
    "0686 0a8a",                         // =
    "04780c",                            // >
    "(030070753639 3c3c",                // ?
    "(9e0e00c0ca8a84 @84343a8a",         // @
    "0c408c 1979",                       // A
    "000c (003070763606 (0646868c4c0c",  // B
    "(8380000c8c89",                     // C
    "000c (0030808c3c0c",                // D
    "70000c7c 0666",                     // E
    "70000c 0666",                       // F
    "(8380000c8c87 5787",                // G
    "000c 808c 0686",                    // H
    "000c",                              // I
    "(60686c0c09",                       // J
    "000c 8008 358c",                    // K
    "000c7c",                            // L
    "0c0058a0ac",                        // M
    "0c008c80",                          // N
    "@90000c9c",                         // O
    "000c (004080874707",                // P
    "@90000c9c 699d",                    // Q
    "000c (004080874707 478c",           // R
    "(83800006868c0c09",                 // S
    "0080 404c",                         // T
    "(00080c8c8880",                     // U
    "004c80",                            // V
    "003c629cc0",                        // W
    "008c 800c",                         // X
    "004680 464c",                       // Y
    "00800c8c",                          // Z
    "30000e3e",                          // [
    "006d",                              // backslash
    "00303e0e",                          // ]
    "043064",                            // ^
    "0e8e",                              // _
    "0022",                              // `
    "(050464676c (6828080c4c6c6a",       // a
    "000c @74040c7c",                    // b
    "(6664040c6c6a",                     // c
    "707c @74040c7c",                    // d
    "(08787874040c7c7a",                 // e
    "(5020242c 0454",                    // f
    "@74040c7c (747c7g0g0e",             // g
    "000c (080464686c",                  // h
    "040c 0101",                         // i
    "(242c2g0g 2121",                    // j
    "000c 6409 276c",                    // k
    "(00080c2c",                         // l
    "040c (080454585c (5854a4a8ac",      // m
    "040c (080464686c",                  // n
    "@74040c7c",                         // o
    "040g @74040c7c",                    // p
    "747g @74040c7c",                    // q
    "040c (080444",                      // r
    "(66640408686c0c0a",                 // s
    "(21292c5c 0454",                    // t
    "(04080c6c6864 646c",                // u
    "043c64",                            // v
    "043c557ca4",                        // w
    "046c 640c",                         // x
    "043c 642g",                         // y
    "04640c6c",                          // z
    "(40202707 (07272e4e",               // {
    "000e",                              // |
    "(00202747 (47272e0e",               // }
    "(09266a87",                         // ~
};
constexpr const char* frame = "00808c0c00";
static_assert(std::size(ascii) == last_letter - first_letter + 1);

struct Point {
  float x, y;
};

Point middle(Point a, Point b) {
  return {(a.x + b.x) / 2, (a.y + b.y) / 2};
}

float base36(char digit) {
  return static_cast<float>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

std::vector<Point> points(std::string_view digits) {
  std::vector<Point> found;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    found.push_back({base36(digits[i]), base36(digits[i + 1])});
  return found;
}

// The Bezier arc from a to c with control point b, as points after a.
void add_arc(Point a, Point b, Point c, std::vector<Point>& line) {
  for (int i = 1; i <= curve_pieces; ++i) {
    const float t = static_cast<float>(i) / curve_pieces, s = 1 - t;
    line.push_back(
        {s * s * a.x + 2 * s * t * b.x + t * t * c.x, s * s * a.y + 2 * s * t * b.y + t * t * c.y});
  }
}

std::vector<Point> open_curve(const std::vector<Point>& p) {
  std::vector<Point> line{p.front()};
  for (std::size_t i = 1; i + 1 < p.size(); ++i) {
    add_arc(line.back(), p[i], i + 2 < p.size() ? middle(p[i], p[i + 1]) : p.back(), line);
  }
  return line;
}

std::vector<Point> closed_curve(const std::vector<Point>& p) {
  std::vector<Point> line{middle(p.back(), p.front())};
  for (std::size_t i = 0; i < p.size(); ++i)
    add_arc(line.back(), p[i], middle(p[i], p[(i + 1) % p.size()]), line);
  return line;
}

std::vector<Point> stroke(std::string_view code) {
  if (code[0] == '(') return open_curve(points(code.substr(1)));
  if (code[0] == '@') return closed_curve(points(code.substr(1)));
  return points(code);
}

StrokeGlyph draw_glyph(std::string_view code) {
  StrokeGlyph glyph;
  while (!code.empty()) {
    const std::size_t end = std::min(code.find(' '), code.size());
    const std::vector<Point> line = stroke(code.substr(0, end));
    for (std::size_t i = 1; i < line.size(); ++i) {
      glyph.segments.push_back({line[i - 1].x, line[i - 1].y, line[i].x, line[i].y});
    }
    for (const Point& point : line) glyph.width = std::max(glyph.width, point.x);
    code.remove_prefix(std::min(end + 1, code.size()));
  }
  if (glyph.segments.empty()) glyph.width = space_width;
  return glyph;
}

struct Alphabet {
  std::array<StrokeGlyph, std::size(ascii)> known;
  StrokeGlyph other = draw_glyph(frame);

  Alphabet() { std::transform(std::begin(ascii), std::end(ascii), known.begin(), draw_glyph); }
};

}  // namespace

const StrokeGlyph& stroke_glyph(char32_t character) {
  static const Alphabet letters;
  const bool known = character >= first_letter && character <= last_letter;
  return known ? letters.known[character - first_letter] : letters.other;
}

}  // namespace nightjar
