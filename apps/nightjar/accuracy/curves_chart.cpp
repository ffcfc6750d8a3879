// Precision over recall, as COCO interpolates it.
#include <algorithm>
#include <iterator>

#include "apps/nightjar/accuracy/eval_report.h"
#include "apps/nightjar/figures/palette.h"
#include "apps/nightjar/figures/svg.h"
#include "apps/nightjar/figures/table.h"
#include "engine/detect/format.h"

namespace nightjar {
namespace {

using Anchor = Svg::Anchor;
using Curve = CocoEvaluation::Curve;

constexpr double left = 60, top = 64, side = 520, gap = 24, right = 260, bottom = 48;
constexpr std::size_t most_named = 24;
constexpr const char *grey = "#666666", *pale = "#e4e4e4", *faint = "#c8d4de";
constexpr Svg::Font heading{.size = 17, .bold = true}, remark{.colour = grey}, plain{},
    along{.size = 11, .anchor = Anchor::middle, .colour = grey},
    beside{.size = 11, .anchor = Anchor::end, .colour = grey};

struct Mean {
  const char* words;
  int iou;  // as CocoEvaluation counts them
};
constexpr Mean means[] = {{"IoU 0.50", 0}, {"IoU 0.75", 5}, {"IoU 0.90", 8}};

double area(const Curve& curve) {
  double sum = 0;
  for (const double precision : curve) sum += precision;
  return sum / static_cast<double>(curve.size());
}

void draw(Svg& svg, const Curve& curve, const char* colour, double width) {
  std::vector<Svg::Point> points;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    const double recall = static_cast<double>(i) / (CocoEvaluation::recalls - 1);
    points.push_back({left + side * recall, top + side * (1 - curve[i])});
  }
  svg.polyline(points, colour, width);
}

void draw_axes(Svg& svg) {
  for (int i = 0; i <= 10; i += 2) {
    const double part = i / 10., x = left + side * part, y = top + side * (1 - part);
    svg.line(x, top, x, top + side, pale);
    svg.line(left, y, left + side, y, pale);
    svg.text(x, top + side + 16, fixed(part, 1), along);
    svg.text(left - 6, y + 4, fixed(part, 1), beside);
  }
  svg.text(left + side / 2, top + side + 36, "recall", along);
  svg.text(left, top - 8, "precision", {.size = 11, .colour = grey});
}

struct ClassCurve {
  int class_id;
  Curve curve;
};

std::vector<ClassCurve> classes_of(const Evaluation& evaluation, int iou) {
  std::vector<ClassCurve> all;
  for (int i = 0; i < evaluation.options().classes; ++i) {
    if (evaluation.coco().truths_of(i) > 0) all.push_back({i, evaluation.coco().curve_of(i, iou)});
  }
  return all;
}

Curve mean_of(const std::vector<ClassCurve>& classes) {
  Curve mean{};
  for (const ClassCurve& its : classes) {
    for (std::size_t i = 0; i < mean.size(); ++i)
      mean[i] += its.curve[i] / static_cast<double>(classes.size());
  }
  return mean;
}

// The classes with the least area, which are those to look at.
void name_worst(Svg& svg, std::vector<ClassCurve> classes, const std::vector<std::string>& names, double y) {
  std::stable_sort(classes.begin(), classes.end(),
                   [](const ClassCurve& a, const ClassCurve& b) { return area(a.curve) < area(b.curve); });
  const std::size_t named = std::min(most_named, classes.size());
  svg.text(left + side + gap, y, named < classes.size() ? "AP50, the worst first:" : "AP50:", remark);
  for (std::size_t i = 0; i < named; ++i) {
    y += 17;
    std::string name = class_name(names, classes[i].class_id);
    if (name.size() > 28) name = name.substr(0, 27) + "...";
    svg.text(left + side + gap, y, fixed(area(classes[i].curve), 3) + "  " + name, plain);
  }
}

}  // namespace

std::string curves_chart(const Evaluation& evaluation, const std::vector<std::string>& names) {
  Svg svg(left + side + gap + right, top + side + bottom);
  const std::vector<ClassCurve> classes = classes_of(evaluation, means[0].iou);
  svg.text(left, 28, "Precision over recall, " + std::to_string(evaluation.pictures()) + " pictures",
           heading);
  draw_axes(svg);
  for (const ClassCurve& its : classes) draw(svg, its.curve, faint, 1);
  double y = top + 10;
  for (std::size_t i = 0; i < std::size(means); ++i, y += 18) {
    const Curve mean = mean_of(classes_of(evaluation, means[i].iou));
    draw(svg, mean, palette_colour(i), 2.5);
    svg.rectangle(left + side + gap, y - 9, 10, 10, palette_colour(i));
    svg.text(left + side + gap + 16, y, std::string(means[i].words) + ": mean AP " + fixed(area(mean), 3),
             plain);
  }
  svg.rectangle(left + side + gap, y - 9, 10, 10, faint);
  svg.text(left + side + gap + 16, y, "each class at IoU 0.50", plain);
  name_worst(svg, classes, names, y + 26);
  return svg.document();
}

}  // namespace nightjar
