// The chart of one network: a bar for each step.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string_view>
#include <utility>

#include "apps/nightjar/bench/report.h"
#include "apps/nightjar/bench/svg.h"
#include "apps/nightjar/bench/table.h"

namespace nightjar {
namespace {

using Anchor = Svg::Anchor;

constexpr double width = 1000, left = 330, right = 840, row_height = 18, top = 118, bottom = 34;
constexpr const char *grey = "#666666", *pale = "#e4e4e4";
// Told apart with any colour vision (Okabe and Ito's palette); the last one is for all further families.
constexpr const char* colours[] = {"#0072b2", "#e69f00", "#009e73", "#cc79a7",
                                   "#56b4e9", "#d55e00", "#999999"};

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

void draw_heading(Svg& svg, const BenchResult& r, const Families& families, double total) {
  const std::string name = std::filesystem::path(r.cfg).stem().string();
  svg.text(20, 30,
           name + " " + std::to_string(r.width) + "x" + std::to_string(r.height) + ", batch " +
               std::to_string(r.batch) + ": time of each step, milliseconds",
           {.size = 17, .bold = true});
  Machine machine = r.machine;
  if (r.streams > 0) machine.threads = 1;
  svg.text(20, 50, machine_line(machine) + "; sum " + fixed(total, 2) + " ms", {.colour = grey});
  constexpr double column = 320;
  constexpr int columns = 3;
  const auto shown = std::min(families.times().size(), std::size(colours));
  for (std::size_t i = 0; i < shown; i++) {
    const double x = 20 + column * static_cast<double>(i % columns),
                 y = 68 + 16. * static_cast<double>(i / columns);
    double ms = families.times()[i].second;
    const bool rest = i + 1 == std::size(colours) && families.times().size() > std::size(colours);
    for (std::size_t k = i + 1; rest && k < families.times().size(); k++) ms += families.times()[k].second;
    svg.rectangle(x, y - 9, 10, 10, Families::colour(i));
    svg.text(x + 15, y,
             (rest ? "others" : std::string(families.times()[i].first)) + "  " + fixed(ms, 2) + " ms, " +
                 fixed(100 * ms / total, 0) + "%");
  }
}

void draw_axis(Svg& svg, double longest, double height) {
  const double step = axis_step(longest, 8);
  const int decimals = std::max(0, -static_cast<int>(std::floor(std::log10(step))));
  for (int i = 0; i * step <= longest; i++) {
    const double x = left + (right - left) * i * step / longest;
    svg.line(x, top - 4, x, height - bottom, pale);
    svg.text(x, height - bottom + 16, fixed(i * step, decimals) + " ms",
             {.size = 11, .anchor = Anchor::middle, .colour = grey});
  }
}

}  // namespace

std::string bench_chart(const BenchResult& result) {
  double total = 0, longest = 0;
  for (const StepTime& step : result.steps) {
    total += step.milliseconds;
    longest = std::max(longest, step.milliseconds);
  }
  const double height = top + row_height * static_cast<double>(result.steps.size()) + bottom;
  const Families families(result);
  Svg svg(width, height);
  draw_heading(svg, result, families, total);
  draw_axis(svg, longest, height);
  double y = top;
  for (const StepTime& step : result.steps) {
    const double bar = (right - left) * step.milliseconds / longest, base = y + row_height - 5;
    svg.text(54, base, step.layers, {.anchor = Anchor::end, .colour = grey});
    svg.text(64, base, step.operation);
    svg.text(left - 8, base,
             std::to_string(step.output.c) + " x " + std::to_string(step.output.h) + " x " +
                 std::to_string(step.output.w),
             {.size = 11, .anchor = Anchor::end, .colour = grey});
    svg.rectangle(left, y + 2, std::max(bar, .5), row_height - 4, families.colour(step));
    svg.text(left + bar + 6, base,
             fixed(step.milliseconds, 2) + " ms" +
                 (step.gflop > 0 ? ", " + fixed(step.gflop / step.milliseconds * 1000, 0) + " GFLOP/s"
                                 : std::string()),
             {.size = 11});
    y += row_height;
  }
  return svg.document();
}

}  // namespace nightjar
