// The comparison as a table and as JSON.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "apps/nightjar/bench/libraries.h"
#include "apps/nightjar/figures/table.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

using enum Table::Align;
using nlohmann::ordered_json;

bool is_convolution(const StepTime& step) {
  return step.operation.starts_with("conv ");
}

// Whether the library itself computed the step, and not ours in its place.
bool is_own(const LibraryProfile& profile, std::size_t step) {
  if (profile.steps.empty()) return false;
  return profile.name == "ours" || profile.steps[step].kernel.find(profile.name) != std::string::npos;
}

// The steps of our own plan that `which` takes, or all.
using Filter = bool (*)(const StepTime&);
bool any(const StepTime&) {
  return true;
}
double sum(const std::vector<StepTime>& steps, Filter which, double StepTime::*part) {
  double total = 0;
  for (const StepTime& step : steps) {
    if (which(step)) total += step.*part;
  }
  return total;
}

std::string ms_text(double ms) {
  return ms > 0 ? fixed(ms, 4) : "-";
}

void add_step(const LibrariesReport& report, std::size_t i, Table& table) {
  const StepTime& step = report.profiles[0].steps[i];
  std::vector<std::string> cells = {step.layers, step.operation, shape_text(step.output), step.kernel};
  for (const LibraryProfile& profile : report.profiles)
    cells.push_back(is_own(profile, i) ? ms_text(profile.steps[i].milliseconds) : "-");
  cells.push_back(ms_text(step.limit_milliseconds));
  table.add(std::move(cells));
}

void add_sum(const LibrariesReport& report, const std::string& what, Filter which, Table& table) {
  std::vector<std::string> cells = {"sum", what, "", ""};
  for (const LibraryProfile& profile : report.profiles) {
    cells.push_back(profile.steps.empty() ? "-"
                                          : ms_text(sum(profile.steps, which, &StepTime::milliseconds)));
  }
  cells.push_back(ms_text(sum(report.profiles[0].steps, which, &StepTime::limit_milliseconds)));
  table.add(std::move(cells));
}

int convolutions(const LibrariesReport& report) {
  const auto& steps = report.profiles[0].steps;
  return static_cast<int>(std::count_if(steps.begin(), steps.end(), is_convolution));
}

// Convolutions that ours compute in the library's profile, as it has no kernel for them.
int stand_ins(const LibraryProfile& profile) {
  int count = 0;
  for (std::size_t i = 0; i < profile.steps.size(); i++)
    count += is_convolution(profile.steps[i]) && !is_own(profile, i) ? 1 : 0;
  return count;
}

std::string remarks(const LibrariesReport& report) {
  std::string text;
  for (const LibraryProfile& profile : report.profiles) {
    if (!profile.why_not.empty()) text += profile.title + " was not timed: " + profile.why_not + '\n';
    if (const int count = stand_ins(profile); count > 0) {
      text += profile.title + " has no kernel for " + std::to_string(count) + " of " +
              std::to_string(convolutions(report)) + " convolutions; its sums take ours there\n";
    }
  }
  return text;
}

ordered_json step_json(const LibrariesReport& report, std::size_t i) {
  const StepTime& step = report.profiles[0].steps[i];
  ordered_json fields = {{"layers", step.layers},
                         {"operation", step.operation},
                         {"output", {step.output.c, step.output.h, step.output.w}},
                         {"kernel", step.kernel},
                         {"convolution", is_convolution(step)},
                         {"limit_ms", step.limit_milliseconds}};
  for (const LibraryProfile& profile : report.profiles)
    fields[profile.name + "_ms"] =
        is_own(profile, i) ? ordered_json(profile.steps[i].milliseconds) : ordered_json();
  return fields;
}

ordered_json sums_json(const LibrariesReport& report, Filter which) {
  ordered_json fields = {{"limit_ms", sum(report.profiles[0].steps, which, &StepTime::limit_milliseconds)}};
  for (const LibraryProfile& profile : report.profiles) {
    const bool timed = !profile.steps.empty();
    const double ms = sum(profile.steps, which, &StepTime::milliseconds);
    fields[profile.name + "_ms"] = timed ? ordered_json(ms) : ordered_json();
  }
  return fields;
}

ordered_json libraries_of(const LibrariesReport& report) {
  ordered_json fields;
  for (const LibraryProfile& profile : report.profiles) {
    ordered_json& entry = fields[profile.name] = {{"timed", !profile.steps.empty()}};
    if (!profile.why_not.empty()) entry["why_not"] = profile.why_not;
    if (profile.error > 0) entry["head_error"] = profile.error;
    entry["convolutions_by_ours"] = stand_ins(profile);
  }
  return fields;
}

}  // namespace

std::string libraries_text(const LibrariesReport& report) {
  std::vector<Table::Column> columns = {
      {"layers", left}, {"operation", left}, {"out c x h x w", left}, {"our kernel", left}};
  for (const LibraryProfile& profile : report.profiles) columns.push_back({profile.title + " ms"});
  columns.push_back({"limit ms"});
  Table table(columns);
  const auto& steps = report.profiles[0].steps;
  std::vector<std::size_t> order(steps.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return steps[a].milliseconds > steps[b].milliseconds;
  });
  for (const std::size_t i : order) add_step(report, i, table);
  add_sum(report, std::to_string(convolutions(report)) + " convolutions", is_convolution, table);
  add_sum(report, "all " + std::to_string(steps.size()) + " steps", any, table);
  return place(report.cfg) + ", " + std::to_string(report.width) + "x" + std::to_string(report.height) +
         ", batch " + std::to_string(report.batch) + (report.made_up_weights ? ", made-up weights" : "") +
         ", " + machine_line(report.machine) + "\n\n" + table.text() + remarks(report);
}

std::string libraries_json(const LibrariesReport& report) {
  auto layers = ordered_json::array();
  for (std::size_t i = 0; i < report.profiles[0].steps.size(); i++) layers.push_back(step_json(report, i));
  const ordered_json fields = {{"cfg", report.cfg},
                               {"weights", report.made_up_weights ? "synthesised" : "trained"},
                               {"width", report.width},
                               {"height", report.height},
                               {"batch", report.batch},
                               {"device", report.machine.device},
                               {"isa", report.machine.isa},
                               {"date", today()},
                               {"libraries", libraries_of(report)},
                               {"convolutions", sums_json(report, is_convolution)},
                               {"all_steps", sums_json(report, any)},
                               {"layers", layers}};
  return fields.dump(2, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace nightjar
