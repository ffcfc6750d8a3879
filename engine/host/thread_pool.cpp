#include "engine/host/thread_pool.h"

#include <sched.h>

#include <algorithm>
#include <system_error>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace nightjar {
namespace {

void pause() {
#if defined(__x86_64__)
  _mm_pause();
#endif
}

// Between two layers there are microseconds: waking a sleeping thread takes longer, so it spins that long
// first.
constexpr int spins = 4000;

template <class T>
void wait_while(const std::atomic<T>& value, T old) {
  for (int i = 0; i < spins; ++i) {
    if (value.load(std::memory_order_acquire) != old) return;
    pause();
  }
  value.wait(old, std::memory_order_acquire);
}

// Subnormal numbers count as zero on this thread while a loop runs: they cost a hundred cycles each and
// change nothing.
class FlushSubnormals {
 public:
#if defined(__x86_64__)
  FlushSubnormals() : before_(_mm_getcsr()) {
    _mm_setcsr(before_ | 0x8040);
  }
  ~FlushSubnormals() {
    _mm_setcsr(before_);
  }

 private:
  unsigned before_;
#endif
};

}  // namespace

int available_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return std::max(1u, std::thread::hardware_concurrency());
  return std::max(1, CPU_COUNT(&set));
}

ThreadPool::ThreadPool(int threads) : shares_(static_cast<std::size_t>(std::max(1, threads))) {
  for (int i = 1; i < threads; ++i) {
    try {
      workers_.emplace_back([this, i] { work(i); });
    } catch (const std::system_error&) {
      break;  // no more threads to be had
    }
  }
}

ThreadPool::~ThreadPool() {
  stop_.store(true, std::memory_order_relaxed);
  generation_.fetch_add(1, std::memory_order_release);
  generation_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::work(int thread) {
  std::uint32_t seen = 0;
  for (;;) {
    wait_while(generation_, seen);
    seen = generation_.load(std::memory_order_acquire);
    if (stop_.load(std::memory_order_relaxed)) return;
    take_ranges(thread);
    if (busy_.fetch_sub(1, std::memory_order_acq_rel) == 1) busy_.notify_one();
  }
}

void ThreadPool::take_ranges(int thread) {
  const FlushSubnormals guard;
  for (int i = 0; i < threads(); ++i) {
    Share& share = shares_[static_cast<std::size_t>((thread + i) % threads())];
    for (;;) {
      const int begin = share.next.fetch_add(range_, std::memory_order_relaxed);
      if (begin >= share.end) break;
      function_(task_, begin, std::min(begin + range_, share.end), thread);
    }
  }
}

void ThreadPool::run_erased(int items, Function function, const void* task) {
  function_ = function;
  task_ = task;
  const int count = threads();
  // Several ranges a thread even out what the threads are held up by; one thread alone is held up by nothing
  // but calls.
  range_ = count == 1 ? std::max(1, items) : std::max(1, items / (count * 8));
  for (int i = 0; i < count; ++i) {
    Share& share = shares_[static_cast<std::size_t>(i)];
    share.next.store(static_cast<int>(std::int64_t{items} * i / count), std::memory_order_relaxed);
    share.end = static_cast<int>(std::int64_t{items} * (i + 1) / count);
  }
  if (workers_.empty() || items == 1) {
    take_ranges(0);
    return;
  }
  busy_.store(static_cast<int>(workers_.size()), std::memory_order_relaxed);
  generation_.fetch_add(1, std::memory_order_release);
  generation_.notify_all();
  take_ranges(0);
  for (int left = busy_.load(std::memory_order_acquire); left != 0;
       left = busy_.load(std::memory_order_acquire)) {
    wait_while(busy_, left);
  }
}

}  // namespace nightjar
