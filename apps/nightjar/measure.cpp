// The timing loop.
#include "apps/nightjar/measure.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace nightjar {
namespace {

double milliseconds_of_run(Context& context) {
  const auto start = std::chrono::steady_clock::now();
  context.run();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

double Timings::quantile(double q) const {
  const auto count = static_cast<double>(sorted_ms.size());
  const double rank = std::clamp(std::ceil(q * count), 1., count);
  return sorted_ms[static_cast<std::size_t>(rank) - 1];
}

Timings measure(Context& context, int repeat) {
  constexpr int warm_up = 2;  // the first touches all pages, the second finds the threads awake
  for (int i = 0; i < warm_up; i++) context.run();
  Timings timings;
  for (int i = 0; i < repeat; i++) timings.sorted_ms.push_back(milliseconds_of_run(context));
  std::sort(timings.sorted_ms.begin(), timings.sorted_ms.end());
  return timings;
}

}  // namespace nightjar
