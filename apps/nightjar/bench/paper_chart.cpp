// The paper's tables as a chart: for each network the published speed and the one measured here, on one
// logarithmic axis (a GPU and a CPU are one or two orders of magnitude apart).
#include <algorithm>
#include <cmath>

#include "apps/nightjar/bench/paper.h"
#include "apps/nightjar/bench/svg.h"
#include "apps/nightjar/bench/table.h"

namespace nightjar {
namespace {

using Anchor = Svg::Anchor;

constexpr double width = 960, left = 310, right = 910, row_height = 26, panel_head = 40;
constexpr const char *grey = "#666666", *pale = "#f0f0f0", *here = "#0072b2", *there = "#e69f00";

// Frames a second, from one power of ten to another.
class Axis {
 public:
  explicit Axis(const PaperReport& report) {
    double least = 1, most = 1;
    for (const auto* table : {&report.detection, &report.backbones}) {
      for (const PaperRow& row : *table) {
        least = std::min({least, row.measured.pictures_per_s, row.published.fps});
        most = std::max({most, row.measured.pictures_per_s, row.published.fps});
      }
    }
    low_ = static_cast<int>(std::floor(std::log10(least)));
    high_ = std::max(low_ + 1, static_cast<int>(std::ceil(std::log10(most))));
  }

  double x(double fps) const { return left + (right - left) * (std::log10(fps) - low_) / (high_ - low_); }

  void draw(Svg& svg, double y1, double y2) const {
    for (int power = low_; power <= high_; power++) {
      const double value = std::pow(10, power), at = x(value);
      svg.line(at, y1, at, y2, "#cccccc");
      for (int part = 2; part < 10 && power < high_; part++)
        svg.line(x(part * value), y1, x(part * value), y2, pale);
      svg.text(at, y2 + 17, fixed(value, std::max(0, -power)) + " FPS",
               {.size = 11, .anchor = Anchor::middle, .colour = grey});
    }
  }

 private:
  int low_, high_;
};

std::string fps_text(double fps) {
  return fixed(fps, fps < 10 ? 1 : 0);
}

// A dot with its figure on the side away from `other`.
void draw_dot(Svg& svg, const Axis& axis, double y, double fps, double other, const char* colour) {
  const double x = axis.x(fps);
  const bool left_one = fps < other;
  svg.circle(x, y, 5.5, colour, colour);
  svg.text(x + (left_one ? -11 : 11), y + 4, fps_text(fps),
           {.size = 11, .anchor = left_one ? Anchor::end : Anchor::start});
}

void draw_row(Svg& svg, const Axis& axis, const PaperRow& row, double y) {
  const auto& [published, measured] = row;
  const double here_fps = measured.pictures_per_s, ms = measured.timings.best();
  svg.text(20, y + 4, published.name, {.size = 13});
  svg.text(left - 24, y + 4, fixed(measured.gflop, 1) + " BFLOPs, " + fixed(ms, ms < 10 ? 1 : 0) + " ms here",
           {.size = 11, .anchor = Anchor::end, .colour = grey});
  svg.line(axis.x(here_fps), y, axis.x(published.fps), y, "#bbbbbb", 2);
  draw_dot(svg, axis, y, published.fps, here_fps, there);
  draw_dot(svg, axis, y, here_fps, published.fps, here);
}

// Returns where the panel ends.
double draw_panel(Svg& svg, const Axis& axis, const char* title, const std::vector<PaperRow>& rows,
                  double y) {
  if (rows.empty()) return y;
  svg.text(20, y + 18, title, {.size = 14, .bold = true});
  const double first = y + panel_head, end = first + row_height * static_cast<double>(rows.size());
  axis.draw(svg, first - 4, end);
  for (std::size_t i = 0; i < rows.size(); i++)
    draw_row(svg, axis, rows[i], first + row_height * (static_cast<double>(i) + .6));
  return end + 34;
}

}  // namespace

std::string paper_chart(const PaperReport& report) {
  constexpr double head = 78;
  double height = head;
  for (const auto* table : {&report.detection, &report.backbones}) {
    if (!table->empty()) height += panel_head + row_height * static_cast<double>(table->size()) + 34;
  }
  Svg svg(width, height);
  svg.text(20, 30, "The YOLOv3 paper's networks: pictures per second, one at a time",
           {.size = 17, .bold = true});
  svg.circle(26, 50, 5.5, there, there);
  svg.text(38, 54, "as published: Darknet on a Titan X GPU, 2018", {.colour = grey});
  svg.circle(346, 50, 5.5, here, here);
  svg.text(358, 54, "nightjar here: " + machine_line(report.machine), {.colour = grey});
  const Axis axis(report);
  const double next = draw_panel(svg, axis, "Detection", report.detection, head - 10);
  draw_panel(svg, axis, "Backbones, 256 x 256", report.backbones, next);
  return svg.document();
}

}  // namespace nightjar
