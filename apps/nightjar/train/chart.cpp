#include "apps/nightjar/train/chart.h"

#include <algorithm>
#include <cmath>

#include "apps/nightjar/figures/palette.h"
#include "apps/nightjar/figures/svg.h"
#include "apps/nightjar/figures/table.h"

namespace nightjar {
namespace {

using Anchor = Svg::Anchor;

constexpr double left = 70, top = 70, width = 760, height = 380, right = 60, bottom = 52;
constexpr std::size_t most_points = 500;
constexpr const char *grey = "#666666", *pale = "#e4e4e4", *faint = "#b9cfe0";
constexpr Svg::Font heading{.size = 17, .bold = true},
    along{.size = 11, .anchor = Anchor::middle, .colour = grey},
    before{.size = 11, .anchor = Anchor::end, .colour = palette[0]}, behind{.size = 11, .colour = palette[5]};

struct Curve {
  std::vector<double> updates, values;
};

// The mean of each of as many stretches as a line has room for.
Curve thinned(const std::vector<LogPoint>& points) {
  Curve curve;
  const std::size_t stretch = points.size() / most_points + 1;
  for (std::size_t first = 0; first < points.size(); first += stretch) {
    const std::size_t end = std::min(first + stretch, points.size());
    double sum = 0;
    for (std::size_t i = first; i < end; ++i) sum += points[i].loss;
    curve.updates.push_back(points[end - 1].update);
    curve.values.push_back(sum / static_cast<double>(end - first));
  }
  return curve;
}

// As Darknet's average: a tenth of each, and nine tenths of what was.
Curve smoothed(const std::vector<LogPoint>& points) {
  std::vector<LogPoint> means = points;
  for (std::size_t i = 1; i < means.size(); ++i) means[i].loss = .9 * means[i - 1].loss + .1 * points[i].loss;
  return thinned(means);
}

// Loss is shown by its logarithm: it falls fast at first, and what it does later matters as much.
struct Scale {
  double updates, low, high;  // powers of ten

  double x(double update) const { return left + width * update / updates; }
  double loss(double value) const {
    const double power = std::log10(std::max(value, 1e-12));
    return top + height * (1 - std::clamp((power - low) / (high - low), 0., 1.));
  }
  static double map(double value) { return top + height * (1 - value); }
};

Scale scale_of(const Curve& curve, int updates) {
  const auto [least, most] = std::minmax_element(curve.values.begin(), curve.values.end());
  const auto power = [](double value) { return std::log10(std::max(value, 1e-12)); };
  const double low = std::floor(power(*least) * 4) / 4, high = std::ceil(power(*most) * 4 + .01) / 4;
  return {static_cast<double>(std::max(updates, 1)), low, std::max(high, low + .5)};
}

std::string number(double value) {
  return fixed(value, value >= 10 ? 0 : value >= 1 ? 1 : value >= .1 ? 2 : 3);
}

void draw_axes(Svg& svg, const Scale& at) {
  for (double v = 0, step = axis_step(at.updates, 8); v <= at.updates; v += step) {
    svg.line(at.x(v), top, at.x(v), top + height, pale);
    svg.text(at.x(v), top + height + 17, fixed(v, 0), along);
  }
  svg.text(left + width / 2, top + height + 38, "update", along);
  for (double power = std::floor(at.low); power <= at.high; ++power) {
    for (const int digit : {1, 2, 5}) {
      const double value = digit * std::pow(10, power);
      if (std::log10(value) < at.low || std::log10(value) > at.high) continue;
      svg.line(left, at.loss(value), left + width, at.loss(value), pale);
      svg.text(left - 6, at.loss(value) + 4, number(value), before);
    }
  }
  for (int i = 0; i <= 10; i += 2)
    svg.text(left + width + 8, Scale::map(i / 10.) + 4, fixed(i / 10., 1), behind);
}

void draw_loss(Svg& svg, const Scale& at, const Curve& curve, const char* colour, double line) {
  std::vector<Svg::Point> points;
  for (std::size_t i = 0; i < curve.updates.size(); ++i)
    points.push_back({at.x(curve.updates[i]), at.loss(curve.values[i])});
  svg.polyline(points, colour, line);
}

void draw_map(Svg& svg, const Scale& at, const std::vector<LogPoint>& points) {
  std::vector<Svg::Point> measured;
  for (const LogPoint& point : points)
    if (point.map) measured.push_back({at.x(point.update), Scale::map(*point.map)});
  if (measured.size() > 1) svg.polyline(measured, palette[5], 2);
  for (const Svg::Point& point : measured) svg.dot(point.x, point.y, 3, palette[5]);
}

void name_curves(Svg& svg, const std::vector<LogPoint>& points, double loss) {
  svg.text(left, top - 12, "loss, its mean now " + number(loss), {.colour = palette[0]});
  const LogPoint *last = nullptr, *best = nullptr;
  for (const LogPoint& point : points) {
    if (!point.map) continue;
    last = &point;
    if (!best || *point.map > *best->map) best = &point;
  }
  if (!last) return;
  svg.text(left + width, top - 12,
           "mAP@.50 now " + fixed(*last->map, 3) + ", best " + fixed(*best->map, 3) + " after update " +
               std::to_string(best->update),
           {.anchor = Anchor::end, .colour = palette[5]});
}

}  // namespace

std::string training_chart(const std::vector<LogPoint>& points, int updates, const std::string& name,
                           const std::string& pace) {
  Svg svg(left + width + right, top + height + bottom);
  svg.text(left, 26, "Training " + name, heading);
  svg.text(left + width, 26, pace, {.anchor = Anchor::end, .colour = grey});
  if (points.empty()) return svg.document();
  const Curve curve = thinned(points), mean = smoothed(points);
  const Scale at = scale_of(curve, updates);
  draw_axes(svg, at);
  draw_loss(svg, at, curve, faint, 1);
  draw_loss(svg, at, mean, palette[0], 2);
  draw_map(svg, at, points);
  name_curves(svg, points, mean.values.back());
  return svg.document();
}

}  // namespace nightjar
