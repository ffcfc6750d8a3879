// What nightjar bench makes of figures that a quiet machine does not give: peaks that are disturbed, long
// names.
#include <string>
#include <vector>

#include "apps/nightjar/bench/paper.h"
#include "apps/nightjar/bench/peak.h"
#include "apps/nightjar/bench/report.h"
#include "apps/nightjar/figures/svg.h"
#include "tests/catch.h"

using namespace nightjar;

namespace {

// A peak whose measurements are these, the last one again and again.
struct Script {
  std::vector<double> figures;
  std::size_t taken = 0;
  PeakMeter meter{[this] { return figures[std::min(taken++, figures.size() - 1)]; }};
};

BenchResult result_of(double gflops, double peak) {
  return {.cfg = "a.cfg",
          .machine = {"cpu", "avx2", 2},
          .gflop = 1,
          .peak_gflops = peak,
          .timings = {{1000 / gflops}},
          .pictures_per_s = gflops};
}

StepTime step_of(double ms, double limit_ms) {
  return {"0", "conv", "k", {1, 1, 1}, ms, 0, limit_ms};
}

// Of an SVG document.
double width_of(const std::string& document) {
  return std::stod(document.substr(document.find(" width=\"") + 8));
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("A peak that comes out alike twice needs no third time") {
  Script quiet{{99, 100}};
  quiet.meter.measure();
  quiet.meter.measure();
  quiet.meter.settle(50);
  CHECK(quiet.taken == 2);
  CHECK(quiet.meter.best() == 100);
  CHECK(quiet.meter.steady());
}

TEST_CASE("A peak is measured again while the machine is disturbed, or less than what was reached") {
  Script disturbed{{60, 100, 70, 99}};
  disturbed.meter.measure();
  disturbed.meter.measure();
  CHECK_FALSE(disturbed.meter.steady());
  disturbed.meter.settle(50);
  CHECK(disturbed.taken == 4);
  CHECK(disturbed.meter.best() == 100);
  CHECK(disturbed.meter.steady());
  Script too_little{{60, 60, 60, 100, 100}};
  too_little.meter.measure();
  too_little.meter.measure();
  too_little.meter.settle(90);
  CHECK(too_little.meter.best() == 100);
  Script never{{60}};
  never.meter.settle(90);
  CHECK(never.taken < 20);
  Script none{{0}};
  none.meter.measure();
  none.meter.settle(90);
  CHECK(none.taken == 1);
}

TEST_CASE("More than the whole peak is never told without a reason") {
  CHECK(has(bench_table(result_of(50, 100)), "50.0% of 100.0 GFLOP/s, measured with multiply-adds alone\n"));
  CHECK_FALSE(has(bench_json(result_of(50, 100)), "peak_note"));
  BenchResult more = result_of(150, 100);
  CHECK(has(bench_table(more),
            "150.0% of 100.0 GFLOP/s, measured with multiply-adds alone; more than 100%, as others"));
  CHECK(has(bench_json(more), "\"peak_note\": \"more than 100%"));
  more.winograd = true;
  CHECK(has(bench_table(more), "more than 100%, as Winograd's convolutions"));
  BenchResult unsteady = result_of(50, 100);
  unsteady.peak_steady = false;
  CHECK(has(bench_table(unsteady), "others are busy on this machine"));
}

TEST_CASE("More than the whole limit of a GPU's step is told with its reason") {
  BenchResult result = result_of(50, 0);
  result.steps = {step_of(2, 1)};
  CHECK_FALSE(has(bench_table(result), "more than 100%"));
  result.steps[0].limit_milliseconds = 3;
  CHECK(has(bench_table(result), "more than 100% of a limit: "));
}

TEST_CASE("Charts are as wide as their words are long") {
  const std::string far(200, 'm');
  const double least = Svg::width_of(far, {.size = 11});
  CHECK(least > 1500);
  BenchResult result = result_of(50, 100);
  result.steps = {step_of(2, 0)};
  CHECK(width_of(bench_chart(result)) < 1000);
  for (std::string StepTime::*part : {&StepTime::layers, &StepTime::operation, &StepTime::kernel}) {
    BenchResult wide = result;
    wide.steps[0].*part = far;
    CHECK(width_of(bench_chart(wide)) > least);
  }
  for (std::string Machine::*part : {&Machine::device, &Machine::isa}) {
    BenchResult wide = result;
    wide.machine.*part = far;
    CHECK(width_of(bench_chart(wide)) > least);
    PaperReport report{wide.machine, {{{.name = "net", .cfg = "net", .size = 1, .fps = 10}, wide}}, {}};
    CHECK(width_of(paper_chart(report)) > least);
  }
}

TEST_CASE("Words are measured by their letters") {
  const Svg::Font font{.size = 10};
  CHECK(Svg::width_of("", font) == 0);
  CHECK(Svg::width_of("iiii", font) == Approx(4 * 2.78));
  CHECK(Svg::width_of("MMMM", font) == Approx(4 * 8.63));
  CHECK(Svg::width_of("\xc3\xa9", font) == Approx(10));
  CHECK(Svg::width_of("MM", {.size = 10, .bold = true}) > Svg::width_of("MM", font));
}
