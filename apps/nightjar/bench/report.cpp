// Reports of one network's measurement.
#include "apps/nightjar/bench/report.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "apps/nightjar/figures/table.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

std::string row(const std::string& what, const std::string& value) {
  return what + std::string(12 - what.size(), ' ') + value + '\n';
}

std::string scientific(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1e", value);
  return text;
}

std::string plural(int count, const std::string& what) {
  return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

double sum_of(const std::vector<StepTime>& steps) {
  double total = 0;
  for (const StepTime& step : steps) total += step.milliseconds;
  return total;
}

double gflops_of(const StepTime& step) {
  return step.milliseconds > 0 ? step.gflop / step.milliseconds * 1000 : 0;
}

std::string percent(double part, double whole) {
  return fixed(100 * part / whole, 1) + "%";
}

// What must be known to believe the share of the peak; empty where it speaks for itself.
std::string peak_note(const BenchResult& r) {
  const bool more = r.gflops() > r.peak_gflops;
  if (more && r.winograd)
    return "more than 100%, as Winograd's convolutions multiply less often than is counted";
  if (more) return "more than 100%, as others took the machine away each time that the peak was measured";
  if (!r.peak_steady) return "which no second measurement came near: others are busy on this machine";
  return {};
}

// The steps by their time, the slowest first.
std::string layers_table(const BenchResult& result) {
  using enum Table::Align;
  const double total = sum_of(result.steps);
  std::vector<StepTime> steps = result.steps;
  std::stable_sort(steps.begin(), steps.end(),
                   [](const StepTime& a, const StepTime& b) { return a.milliseconds > b.milliseconds; });
  std::vector<Table::Column> columns = {
      {"layers", left}, {"operation", left}, {"out c x h x w", left}, {"kernel", left}, {"ms"},
      {"share"},        {"GFLOP/s"}};
  const bool limits = steps.front().limit_milliseconds > 0;  // of all steps of a GPU, as a rule
  if (limits) columns.insert(columns.end(), {{"limit ms"}, {"of limit"}});
  Table table(columns);
  for (const StepTime& step : steps) {
    std::vector<std::string> cells = {step.layers,
                                      step.operation,
                                      shape_text(step.output),
                                      step.kernel,
                                      fixed(step.milliseconds, 3),
                                      percent(step.milliseconds, total),
                                      step.gflop > 0 ? fixed(gflops_of(step), 1) : std::string("-")};
    if (limits) {
      cells.push_back(fixed(step.limit_milliseconds, 4));
      cells.push_back(percent(step.limit_milliseconds, step.milliseconds));
    }
    table.add(std::move(cells));
  }
  const bool more = limits && std::any_of(steps.begin(), steps.end(), [](const StepTime& step) {
                      return step.limit_milliseconds > step.milliseconds;
                    });
  return '\n' + table.text() + "sum of the steps' best times: " + fixed(total, 3) + " ms\n" +
         (more ? "more than 100% of a limit: what the step read lay in the caches, or the clock ran above "
                 "the data sheet's\n"
               : "");
}

nlohmann::ordered_json steps_json(const BenchResult& result) {
  auto list = nlohmann::ordered_json::array();
  for (const StepTime& step : result.steps) {
    list.push_back({{"layers", step.layers},
                    {"operation", step.operation},
                    {"kernel", step.kernel},
                    {"output", {step.output.c, step.output.h, step.output.w}},
                    {"ms", step.milliseconds},
                    {"gflop", step.gflop},
                    {"gflop_per_s", gflops_of(step)}});
    if (step.limit_milliseconds <= 0) continue;
    list.back()["limit_ms"] = step.limit_milliseconds;
    list.back()["of_limit_percent"] = 100 * step.limit_milliseconds / step.milliseconds;
  }
  return list;
}

}  // namespace

std::string bench_table(const BenchResult& r) {
  const Timings& t = r.timings;
  std::string text = row("network", place(r.cfg) + ", " + std::to_string(r.width) + "x" +
                                        std::to_string(r.height) + ", batch " + std::to_string(r.batch) +
                                        (r.made_up_weights ? ", made-up weights" : "") +
                                        (r.training ? ", forward, backward and update" : "")) +
                     row("machine", machine_line(r.machine));
  const bool cpu = r.machine.is_cpu();
  if (r.streams > 0) text += row("streams", plural(r.streams, "context") + (cpu ? " of one thread" : ""));
  const std::string truth = cpu ? "direct convolutions" : "the CPU's direct convolutions";
  if (r.error) text += row("checked", "heads within " + scientific(*r.error) + " of " + truth);
  text += row("load", fixed(r.load_ms, 1) + " ms") +
          row("memory", fixed(static_cast<double>(r.resident_bytes) / 1e6, 1) + " MB resident at most" +
                            (cpu ? "" : ", of the host")) +
          row("best", fixed(t.best(), 2) + " ms") + row("median", fixed(t.quantile(.5), 2) + " ms") +
          row("p95", fixed(t.quantile(.95), 2) + " ms") + row("repeats", std::to_string(t.sorted_ms.size())) +
          row("work", fixed(r.gflop, 3) + " GFLOP a picture") +
          row("rate", fixed(r.gflops(), 1) + " GFLOP/s, " + fixed(r.pictures_per_s, 1) + " pictures/s");
  if (r.peak_gflops > 0) {
    const std::string note = peak_note(r);
    text +=
        row("peak", fixed(100 * r.gflops() / r.peak_gflops, 1) + "% of " + fixed(r.peak_gflops, 1) +
                        " GFLOP/s, measured with multiply-adds alone" + (note.empty() ? "" : "; " + note));
  }
  return r.steps.empty() ? text : text + layers_table(r);
}

std::string bench_json(const BenchResult& r) {
  const Timings& t = r.timings;
  nlohmann::ordered_json fields = {{"cfg", r.cfg},
                                   {"weights", r.made_up_weights ? "synthesised" : "trained"},
                                   {"pass", r.training ? "training" : "forward"},
                                   {"width", r.width},
                                   {"height", r.height},
                                   {"batch", r.batch},
                                   {"streams", r.streams},
                                   {"device", r.machine.device},
                                   {"threads", r.machine.threads},
                                   {"isa", r.machine.isa},
                                   {"cpu", cpu_name()},
                                   {"date", today()},
                                   {"load_ms", r.load_ms},
                                   {"peak_resident_bytes", r.resident_bytes},
                                   {"best_ms", t.best()},
                                   {"median_ms", t.quantile(.5)},
                                   {"p95_ms", t.quantile(.95)},
                                   {"repeats", t.sorted_ms.size()},
                                   {"pictures_per_s", r.pictures_per_s},
                                   {"gflop", r.gflop},
                                   {"gflop_per_s", r.gflops()}};
  if (r.peak_gflops > 0) {
    fields["peak_gflop_per_s"] = r.peak_gflops;
    if (const std::string note = peak_note(r); !note.empty()) fields["peak_note"] = note;
  }
  if (r.error) fields["head_error"] = *r.error;
  if (!r.steps.empty()) fields["layers"] = steps_json(r);
  return fields.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

std::string bench_ms(const BenchResult& result) {
  return fixed(result.timings.best(), 3) + '\n';
}

}  // namespace nightjar
