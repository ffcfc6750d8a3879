// The paper's tables as a chart: for each network the published speed and the one measured here, on one
// logarithmic axis (a GPU and a CPU are one or two orders of magnitude apart).
#include <algorithm>
#include <cmath>

#include "apps/nightjar/bench/paper.h"
#include "apps/nightjar/figures/svg.h"
#include "apps/nightjar/figures/table.h"

namespace nightjar {
namespace {

using Anchor = Svg::Anchor;

constexpr double margin = 20, gap = 24, axis_length = 600, row_height = 26, panel_head = 40, dot_gap = 11;
constexpr const char *grey = "#666666", *pale = "#f0f0f0", *here = "#0072b2", *there = "#e69f00";
constexpr Svg::Font heading{.size = 17, .bold = true}, remark{.colour = grey}, name_font{.size = 13},
    note_font{.size = 11, .anchor = Anchor::end, .colour = grey}, small{.size = 11};

std::string fps_text(double fps) {
  return fixed(fps, fps < 10 ? 1 : 0);
}

// Beside the network's name.
std::string note_of(const BenchResult& measured) {
  const double ms = measured.timings.best();
  return fixed(measured.gflop, 1) + " BFLOPs, " + fixed(ms, ms < 10 ? 1 : 0) + " ms here";
}

struct Heading {
  std::string title = "The YOLOv3 paper's networks: pictures per second, one at a time",
              published = "as published: Darknet on a Titan X GPU, 2018", measured;
};

// Where things are, from how long the words are.
struct Layout {
  double notes_end = 0, left = 0, right = 0;  // left, right: of the axes
  double second_dot = 0, width = 0;
};

Layout lay_out(const PaperReport& report, const Heading& words) {
  double names = 0, notes = 0, figures = 0;
  for (const auto* table : {&report.detection, &report.backbones}) {
    for (const auto& [published, measured] : *table) {
      names = std::max(names, Svg::width_of(published.name, name_font));
      notes = std::max(notes, Svg::width_of(note_of(measured), note_font));
      for (const double fps : {published.fps, measured.pictures_per_s})
        figures = std::max(figures, Svg::width_of(fps_text(fps), small));
    }
  }
  Layout at;
  at.notes_end = margin + names + gap + notes;
  at.left = at.notes_end + gap + dot_gap + figures;
  at.right = at.left + axis_length;
  at.second_dot = margin + 18 + Svg::width_of(words.published, remark) + gap;
  // The last mark's words reach as far to the right of the axis as a figure does.
  at.width = std::max({at.right + std::max(dot_gap + figures, Svg::width_of("1000000 FPS", small) / 2),
                       margin + Svg::width_of(words.title, heading),
                       at.second_dot + 18 + Svg::width_of(words.measured, remark)}) +
             margin;
  return at;
}

// Frames a second, from one power of ten to another.
class Axis {
 public:
  Axis(const PaperReport& report, const Layout& at) : at_(at) {
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

  double x(double fps) const { return at_.left + axis_length * (std::log10(fps) - low_) / (high_ - low_); }

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

  const Layout& layout() const { return at_; }

 private:
  const Layout& at_;
  int low_, high_;
};

// A dot with its figure on the side away from `other`.
void draw_dot(Svg& svg, const Axis& axis, double y, double fps, double other, const char* colour) {
  const double x = axis.x(fps);
  const bool left_one = fps < other;
  svg.circle(x, y, 5.5, colour, colour);
  svg.text(x + (left_one ? -dot_gap : dot_gap), y + 4, fps_text(fps),
           {.size = 11, .anchor = left_one ? Anchor::end : Anchor::start});
}

void draw_row(Svg& svg, const Axis& axis, const PaperRow& row, double y) {
  const auto& [published, measured] = row;
  const double here_fps = measured.pictures_per_s;
  svg.text(margin, y + 4, published.name, name_font);
  svg.text(axis.layout().notes_end, y + 4, note_of(measured), note_font);
  svg.line(axis.x(here_fps), y, axis.x(published.fps), y, "#bbbbbb", 2);
  draw_dot(svg, axis, y, published.fps, here_fps, there);
  draw_dot(svg, axis, y, here_fps, published.fps, here);
}

// Returns where the panel ends.
double draw_panel(Svg& svg, const Axis& axis, const char* title, const std::vector<PaperRow>& rows,
                  double y) {
  if (rows.empty()) return y;
  svg.text(margin, y + 18, title, {.size = 14, .bold = true});
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
  const Heading words{.measured = "nightjar here: " + machine_line(report.machine)};
  const Layout at = lay_out(report, words);
  Svg svg(at.width, height);
  svg.text(margin, 30, words.title, heading);
  svg.circle(margin + 6, 50, 5.5, there, there);
  svg.text(margin + 18, 54, words.published, remark);
  svg.circle(at.second_dot + 6, 50, 5.5, here, here);
  svg.text(at.second_dot + 18, 54, words.measured, remark);
  const Axis axis(report, at);
  const double next = draw_panel(svg, axis, "Detection", report.detection, head - 10);
  draw_panel(svg, axis, "Backbones, 256 x 256", report.backbones, next);
  return svg.document();
}

}  // namespace nightjar
