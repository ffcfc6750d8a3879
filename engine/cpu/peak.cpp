#include "engine/cpu/peak.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include "engine/host/thread_pool.h"
#include "kernels/cpu/kernel_set.h"

namespace nightjar {
namespace {

// One burst on every thread; its GFLOP/s. `results` keep the work from being optimised away.
double burst(ThreadPool& pool, const cpu::KernelSet& set, std::vector<float>& results) {
  constexpr std::int64_t rounds = 500'000;  // one to five milliseconds
  const int threads = pool.threads();
  std::vector<double> operations(results.size());
  const auto start = std::chrono::steady_clock::now();
  pool.run(threads, [&](int begin, int end, int) {
    for (int i = begin; i < end; ++i) {
      const auto at = static_cast<std::size_t>(i);
      operations[at] = set.run_fmas(rounds, results[at]);
    }
  });
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  double total = 0;
  for (const double one : operations) total += one;
  return total * 1e-9 / took.count();
}

}  // namespace

double measure_peak_gflops(std::string_view isa, int threads) {
  constexpr int bursts = 30;
  const auto& sets = cpu::kernel_sets();
  const auto set =
      std::find_if(sets.begin(), sets.end(), [&](const cpu::KernelSet& s) { return s.isa == isa; });
  if (set == sets.end() || !set->run_fmas) return 0;
  ThreadPool pool(threads);
  std::vector<float> results(static_cast<std::size_t>(pool.threads()));
  double best = 0;
  for (int i = 0; i < bursts; ++i) best = std::max(best, burst(pool, *set, results));
  return best;
}

}  // namespace nightjar
