// Reports of a measurement.
#include "apps/nightjar/bench_report.h"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace nightjar {
namespace {

std::string number(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string row(const std::string& what, const std::string& value) {
  return what + std::string(12 - what.size(), ' ') + value + '\n';
}

std::string table(const BenchResult& result) {
  const Timings& t = result.timings;
  return row("network", result.cfg + ", " + std::to_string(result.width) + "x" +
                            std::to_string(result.height) + ", batch " + std::to_string(result.batch)) +
         row("kernels", result.isa) + row("load", number(result.load_ms, 1) + " ms") +
         row("best", number(t.best(), 2) + " ms") + row("median", number(t.quantile(.5), 2) + " ms") +
         row("p95", number(t.quantile(.95), 2) + " ms") + row("repeats", std::to_string(t.sorted_ms.size())) +
         row("work", number(result.gflop, 3) + " GFLOP a picture") +
         row("rate", number(result.gflops(), 1) + " GFLOP/s, " + number(result.batch * 1000 / t.best(), 1) +
                         " pictures/s");
}

std::string json(const BenchResult& result) {
  const Timings& t = result.timings;
  const nlohmann::ordered_json fields = {{"cfg", result.cfg},         {"width", result.width},
                                         {"height", result.height},   {"batch", result.batch},
                                         {"isa", result.isa},         {"load_ms", result.load_ms},
                                         {"best_ms", t.best()},       {"median_ms", t.quantile(.5)},
                                         {"p95_ms", t.quantile(.95)}, {"repeats", t.sorted_ms.size()},
                                         {"gflop", result.gflop},     {"gflop_per_s", result.gflops()}};
  return fields.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace

std::string bench_report(const BenchResult& result, const std::string& format) {
  if (format == "ms") return number(result.timings.best(), 3) + '\n';
  return format == "json" ? json(result) : table(result);
}

}  // namespace nightjar
