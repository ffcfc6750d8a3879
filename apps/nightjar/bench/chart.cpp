// The chart of one network: a bar for each step.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string_view>
#include <utility>

#include "apps/nightjar/bench/report.h"
#include "apps/nightjar/figures/palette.h"
#include "apps/nightjar/figures/svg.h"
#include "apps/nightjar/figures/table.h"

namespace nightjar {
namespace {

using Anchor = Svg::Anchor;

constexpr double margin = 20, gap = 10, longest_bar = 510, row_height = 18, bottom = 34;
constexpr const char *grey = "#666666", *pale = "#e4e4e4";
constexpr Svg::Font heading{.size = 17, .bold = true}, remark{.colour = grey}, plain{}, small{.size = 11},
    right_aligned{.anchor = Anchor::end, .colour = grey},
    small_right_aligned{.size = 11, .anchor = Anchor::end, .colour = grey};
constexpr const auto& colours = palette;  // the last one is for all further families

// "conv3x3_winograd_f4_avx512" -> "conv3x3_winograd_f4"
std::string_view family_of(const StepTime& step, std::string_view isa) {
  std::string_view name = step.kernel;
  if (name.ends_with(isa) && name.size() > isa.size()) name.remove_suffix(isa.size() + 1);
  return name;
}

// The kernel families and their times, the slowest first: their place gives their colour.
class Families {
 public:
  explicit Families(const BenchResult& result) : isa_(result.machine.isa) {
    for (const StepTime& step : result.steps) {
      const std::string_view name = family_of(step, isa_);
      const auto known = std::find_if(times_.begin(), times_.end(), [&](auto& f) { return f.first == name; });
      if (known == times_.end()) {
        times_.emplace_back(name, step.milliseconds);
      } else {
        known->second += step.milliseconds;
      }
    }
    std::stable_sort(times_.begin(), times_.end(), [](auto& a, auto& b) { return a.second > b.second; });
  }

  static const char* colour(std::size_t place) { return colours[std::min(place, std::size(colours) - 1)]; }
  const char* colour(const StepTime& step) const {
    const std::string_view name = family_of(step, isa_);
    const auto at = std::find_if(times_.begin(), times_.end(), [&](auto& f) { return f.first == name; });
    return colour(static_cast<std::size_t>(at - times_.begin()));
  }
  const auto& times() const { return times_; }

 private:
  std::string_view isa_;
  std::vector<std::pair<std::string_view, double>> times_;
};

std::string title_of(const BenchResult& r) {
  return std::filesystem::path(r.cfg).stem().string() + " " + std::to_string(r.width) + "x" +
         std::to_string(r.height) + ", batch " + std::to_string(r.batch) +
         ": time of each step, milliseconds";
}

std::string subtitle_of(const BenchResult& r, double total) {
  Machine machine = r.machine;
  if (r.streams > 0) machine.threads = 1;
  return machine_line(machine) + "; sum " + fixed(total, 2) + " ms";
}

// A line for each colour: the family, or all that are left for the last one.
std::vector<std::string> legend_of(const Families& families, double total) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < std::min(families.times().size(), std::size(colours)); i++) {
    double ms = families.times()[i].second;
    const bool rest = i + 1 == std::size(colours) && families.times().size() > std::size(colours);
    for (std::size_t k = i + 1; rest && k < families.times().size(); k++) ms += families.times()[k].second;
    lines.push_back((rest ? "others" : std::string(families.times()[i].first)) + "  " + fixed(ms, 2) +
                    " ms, " + fixed(100 * ms / total, 0) + "%");
  }
  return lines;
}

// What a step's row says: Darknet's layers, operation, shape, and its time behind the bar.
struct Row {
  std::string layers, operation, shape, time;
  double ms;
  const char* colour;
};

std::vector<Row> rows_of(const BenchResult& result, const Families& families) {
  std::vector<Row> rows;
  for (const StepTime& step : result.steps) {
    const Shape& out = step.output;
    rows.push_back(
        {step.layers, step.operation,
         std::to_string(out.c) + " x " + std::to_string(out.h) + " x " + std::to_string(out.w),
         fixed(step.milliseconds, 2) + " ms" +
             (step.gflop > 0 ? ", " + fixed(step.gflop / step.milliseconds * 1000, 0) + " GFLOP/s" : ""),
         step.milliseconds, families.colour(step)});
  }
  return rows;
}

// Where things are, from how long the words are.
struct Layout {
  double layers_end, operation, shape_end, bars, unit;  // unit: pixels a millisecond
  double legend_column, top, width, height;
  int legend_columns;
};

Layout lay_out(const std::string& title, const std::string& subtitle, const std::vector<std::string>& legend,
               const std::vector<Row>& rows) {
  double layers = 0, operation = 0, shape = 0, longest = 0;
  for (const Row& row : rows) {
    layers = std::max(layers, Svg::width_of(row.layers, right_aligned));
    operation = std::max(operation, Svg::width_of(row.operation, plain));
    shape = std::max(shape, Svg::width_of(row.shape, small_right_aligned));
    longest = std::max(longest, row.ms);
  }
  Layout at{};
  at.layers_end = margin + layers;
  at.operation = at.layers_end + gap;
  at.shape_end = at.operation + operation + gap + shape;
  at.bars = at.shape_end + 8;
  at.unit = longest_bar / longest;
  at.width = margin + std::max(Svg::width_of(title, heading), Svg::width_of(subtitle, remark));
  for (const Row& row : rows)
    at.width = std::max(at.width, at.bars + at.unit * row.ms + 6 + Svg::width_of(row.time, small));
  for (const std::string& line : legend)
    at.legend_column = std::max(at.legend_column, 15 + Svg::width_of(line, plain) + 2 * gap);
  at.width = std::max(at.width, margin + at.legend_column) + margin;
  at.legend_columns = static_cast<int>((at.width - margin) / at.legend_column);
  const auto legend_rows = (static_cast<int>(legend.size()) + at.legend_columns - 1) / at.legend_columns;
  at.top = 72 + 16. * legend_rows;
  at.height = at.top + row_height * static_cast<double>(rows.size()) + bottom;
  return at;
}

void draw_legend(Svg& svg, const Layout& at, const std::vector<std::string>& legend) {
  for (int i = 0; i < static_cast<int>(legend.size()); i++) {
    const double x = margin + at.legend_column * (i % at.legend_columns),
                 y = 68 + 16. * (i / at.legend_columns);
    svg.rectangle(x, y - 9, 10, 10, Families::colour(static_cast<std::size_t>(i)));
    svg.text(x + 15, y, legend[static_cast<std::size_t>(i)]);
  }
}

void draw_axis(Svg& svg, const Layout& at) {
  const double longest = longest_bar / at.unit, step = axis_step(longest, 8);
  const int decimals = std::max(0, -static_cast<int>(std::floor(std::log10(step))));
  for (int i = 0; i * step <= longest; i++) {
    const double x = at.bars + at.unit * i * step;
    svg.line(x, at.top - 4, x, at.height - bottom, pale);
    svg.text(x, at.height - bottom + 16, fixed(i * step, decimals) + " ms",
             {.size = 11, .anchor = Anchor::middle, .colour = grey});
  }
}

void draw_row(Svg& svg, const Layout& at, const Row& row, double y) {
  const double bar = at.unit * row.ms, base = y + row_height - 5;
  svg.text(at.layers_end, base, row.layers, right_aligned);
  svg.text(at.operation, base, row.operation);
  svg.text(at.shape_end, base, row.shape, small_right_aligned);
  svg.rectangle(at.bars, y + 2, std::max(bar, .5), row_height - 4, row.colour);
  svg.text(at.bars + bar + 6, base, row.time, small);
}

}  // namespace

std::string bench_chart(const BenchResult& result) {
  double total = 0;
  for (const StepTime& step : result.steps) total += step.milliseconds;
  const Families families(result);
  const std::string title = title_of(result), subtitle = subtitle_of(result, total);
  const std::vector<std::string> legend = legend_of(families, total);
  const std::vector<Row> rows = rows_of(result, families);
  const Layout at = lay_out(title, subtitle, legend, rows);
  Svg svg(at.width, at.height);
  svg.text(margin, 30, title, heading);
  svg.text(margin, 50, subtitle, remark);
  draw_legend(svg, at, legend);
  draw_axis(svg, at);
  for (std::size_t i = 0; i < rows.size(); i++)
    draw_row(svg, at, rows[i], at.top + row_height * static_cast<double>(i));
  return svg.document();
}

}  // namespace nightjar
