// A square a pair of classes, the darker the larger its share of what is there.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "apps/nightjar/accuracy/eval_report.h"
#include "apps/nightjar/figures/svg.h"
#include "apps/nightjar/figures/table.h"
#include "engine/detect/format.h"

namespace nightjar {
namespace {

using Anchor = Svg::Anchor;

constexpr double margin = 20, cell = 24, title = 86;
constexpr std::size_t most_classes = 60;
constexpr const char *grey = "#666666", *pale = "#e4e4e4";
constexpr Svg::Font heading{.size = 17, .bold = true}, remark{.colour = grey},
    name_font{.size = 11, .anchor = Anchor::end},
    number_font{.size = 11, .anchor = Anchor::middle, .colour = grey};

// The classes that are there or were found, in their order; of many, the most frequent.
std::vector<int> classes_of(const ConfusionMatrix& matrix) {
  const auto frequency = [&](int i) { return matrix.there_are(i) + matrix.found_as(i); };
  std::vector<int> classes;
  for (int i = 0; i < matrix.classes(); ++i) {
    if (frequency(i) > 0) classes.push_back(i);
  }
  if (classes.size() <= most_classes) return classes;
  std::stable_sort(classes.begin(), classes.end(), [&](int a, int b) { return frequency(a) > frequency(b); });
  classes.resize(most_classes);
  std::sort(classes.begin(), classes.end());
  return classes;
}

// From white to blue for what is right, to red for what is not.
std::string shade(double part, bool right) {
  const double strength = std::sqrt(part);  // small parts are to be seen
  const auto channel = [&](int full) { return static_cast<int>(std::lround(255 - strength * (255 - full))); };
  char text[8];
  const int r = channel(right ? 0 : 213), g = channel(right ? 114 : 94), b = channel(right ? 178 : 0);
  std::snprintf(text, sizeof text, "#%02x%02x%02x", static_cast<unsigned>(r), static_cast<unsigned>(g),
                static_cast<unsigned>(b));
  return text;
}

class Drawing {
 public:
  Drawing(const ConfusionMatrix& matrix, const std::vector<std::string>& names)
      : matrix_(matrix), classes_(classes_of(matrix)) {
    for (const int i : classes_) {
      std::string name = class_name(names, i);
      if (name.size() > 32) name = name.substr(0, 31) + "...";
      names_.push_back(std::to_string(names_.size() + 1) + "  " + name);
    }
    names_.push_back("nothing");
    classes_.push_back(matrix.classes());
    for (const std::string& name : names_)
      name_width_ = std::max(name_width_, Svg::width_of(name, name_font));
  }

  std::string document(const EvaluationOptions& options) const {
    const double grid = cell * static_cast<double>(classes_.size());
    const std::string what =
        "At confidence " + fixed(double{options.confidence}, 2) + " and IoU " + fixed(double{options.iou}, 2);
    const std::string how = "down: what it was taken for; across: what is there, by the same numbers";
    const double words = std::max({Svg::width_of("What was taken for what", heading),
                                   Svg::width_of(what, remark), Svg::width_of(how, remark)});
    Svg svg(std::max(2 * margin + name_width_ + 8 + grid, 2 * margin + words), title + 20 + grid + margin);
    svg.text(margin, 28, "What was taken for what", heading);
    svg.text(margin, 48, what, remark);
    svg.text(margin, 66, how, remark);
    for (std::size_t row = 0; row < classes_.size(); ++row) draw_row(svg, row);
    return svg.document();
  }

 private:
  double x(std::size_t column) const { return margin + name_width_ + 8 + cell * static_cast<double>(column); }
  double y(std::size_t row) const { return title + 20 + cell * static_cast<double>(row); }

  void draw_row(Svg& svg, std::size_t row) const {
    const bool last = row + 1 == classes_.size();
    svg.text(x(0) - 8, y(row) + 16, last ? "nothing: missed" : names_[row], name_font);
    svg.text(x(row) + cell / 2, title + 12, last ? "-" : std::to_string(row + 1), number_font);
    for (std::size_t column = 0; column < classes_.size(); ++column) {
      const int times = matrix_.at(classes_[row], classes_[column]),
                there = matrix_.there_are(classes_[column]);
      if (times > 0)
        svg.rectangle(x(column), y(row), cell, cell, shade(double(times) / there, row == column));
      svg.outline(x(column), y(row), cell, cell, pale);
      if (times == 0) continue;
      const bool dark = row == column && times * 2 > there;
      svg.text(
          x(column) + cell / 2, y(row) + 15, std::to_string(times),
          {.size = times < 1000 ? 10 : 8, .anchor = Anchor::middle, .colour = dark ? "#ffffff" : "#222222"});
    }
  }

  const ConfusionMatrix& matrix_;
  std::vector<int> classes_;
  std::vector<std::string> names_;
  double name_width_ = Svg::width_of("nothing: missed", name_font);
};

}  // namespace

std::string confusion_chart(const Evaluation& evaluation, const std::vector<std::string>& names) {
  return Drawing(evaluation.confusion(), names).document(evaluation.options());
}

}  // namespace nightjar
