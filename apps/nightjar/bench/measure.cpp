// The timing loops.
#include "apps/nightjar/bench/measure.h"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <numeric>
#include <thread>

namespace nightjar {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

Result<double> milliseconds_of(const Pass& pass) {
  const auto start = Clock::now();
  if (auto done = pass(); !done) return done.error();
  return milliseconds_since(start);
}

// Says when there were enough passes: `repeat`; or with 0 when the best time was not beaten by more than half
// a percent in the last 10 passes and the last second, which a neighbour's short burst does not outlast.
class StopRule {
 public:
  explicit StopRule(int repeat) : repeat_(repeat), start_(Clock::now()), last_gain_(start_) {}

  bool enough_after(double ms) {
    ++passes_;
    if (repeat_ > 0) return passes_ >= repeat_;
    constexpr double gain = .995, quiet_ms = 1000, limit_ms = 30'000;
    constexpr int quiet_passes = 10;
    if (passes_ == 1 || ms < standing_ * gain) {
      standing_ = ms;
      last_gain_ = Clock::now();
      last_gain_pass_ = passes_;
    }
    const bool quiet =
        passes_ - last_gain_pass_ >= quiet_passes && milliseconds_since(last_gain_) >= quiet_ms;
    return quiet || milliseconds_since(start_) >= limit_ms;
  }

 private:
  int repeat_, passes_ = 0, last_gain_pass_ = 0;
  double standing_ = 0;
  Clock::time_point start_, last_gain_;
};

// The passes of one stream until `enough` says so after one of them.
template <class Enough>
Result<std::vector<double>> time_passes(const Pass& pass, Enough enough) {
  std::vector<double> times;
  do {
    const auto ms = milliseconds_of(pass);
    if (!ms) return ms.error();
    times.push_back(*ms);
  } while (!enough(times.back()));
  return times;
}

Result<void> warm_up(const Pass& pass) {
  constexpr int passes = 2;  // the first touches all pages, the second finds the threads awake
  for (int i = 0; i < passes; i++) {
    if (auto done = pass(); !done) return done;
  }
  return {};
}

}  // namespace

double Timings::quantile(double q) const {
  const auto count = static_cast<double>(sorted_ms.size());
  const double rank = std::clamp(std::ceil(q * count), 1., count);
  return sorted_ms[static_cast<std::size_t>(rank) - 1];
}

Result<Measurement> measure(std::span<const Pass> streams, int repeat) {
  for (const Pass& pass : streams) {
    if (auto done = warm_up(pass); !done) return done.error();
  }
  std::vector<Result<std::vector<double>>> times(streams.size(), std::vector<double>{});
  std::atomic<bool> done{false};
  {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < streams.size(); i++) {
      others.emplace_back(
          [&, i] { times[i] = time_passes(streams[i], [&](double) { return done.load(); }); });
    }
    StopRule rule(repeat);
    times[0] = time_passes(streams[0], [&](double ms) { return rule.enough_after(ms); });
    done = true;
  }
  Measurement result;
  for (const auto& of_one : times) {
    if (!of_one) return of_one.error();
    const double total_ms = std::accumulate(of_one->begin(), of_one->end(), 0.);
    result.rate_per_s += static_cast<double>(of_one->size()) / total_ms * 1000;
    result.passes.sorted_ms.insert(result.passes.sorted_ms.end(), of_one->begin(), of_one->end());
  }
  std::sort(result.passes.sorted_ms.begin(), result.passes.sorted_ms.end());
  return result;
}

Result<Timings> measure_for(const Pass& pass, double seconds) {
  if (auto done = warm_up(pass); !done) return done.error();
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  auto times = time_passes(pass, [&](double) { return Clock::now() >= end; });
  if (!times) return times.error();
  std::sort(times->begin(), times->end());
  return Timings{std::move(*times)};
}

Result<std::vector<StepTime>> profile_steps(const std::function<Result<std::vector<StepTime>>()>& pass,
                                            int passes) {
  auto best = pass();
  for (int i = 1; i < passes && best; i++) {
    const auto now = pass();
    if (!now) return now.error();
    for (std::size_t step = 0; step < best->size(); step++)
      (*best)[step].milliseconds = std::min((*best)[step].milliseconds, (*now)[step].milliseconds);
  }
  return best;
}

std::int64_t peak_resident_bytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{usage.ru_maxrss} * 1024;
}

}  // namespace nightjar
