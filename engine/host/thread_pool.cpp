#include "engine/host/thread_pool.h"

#include <algorithm>
#include <exception>

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
// first. Who spins longer keeps a core from whoever is waited for.
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

std::uint64_t packed(std::uint32_t loop, int item) {
  return std::uint64_t{loop} << 32 | static_cast<std::uint32_t>(item);
}

}  // namespace

ThreadPool::ThreadPool(int threads)
    : places_(static_cast<std::size_t>(std::max(1, threads))), limit_(std::max(1, threads)) {
  workers_.reserve(places_.size() - 1);
  try {
    for (int i = 1; i < threads; ++i) workers_.emplace_back([this, i] { work(i); });
  } catch (const std::exception&) {
    // No more threads, or no memory for their stacks, to be had.
  }
}

ThreadPool::~ThreadPool() {
  stop_.store(true, std::memory_order_relaxed);
  for (Place& place : places_) {
    place.called.store(true, std::memory_order_release);
    place.called.notify_all();
  }
  loop_.fetch_add(1, std::memory_order_release);
  loop_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::work(int thread) {
  Place& own = places_[static_cast<std::size_t>(thread)];
  std::uint32_t seen = 0;
  for (;;) {
    own.called.wait(false, std::memory_order_acquire);
    wait_while(loop_, seen);
    seen = loop_.load(std::memory_order_acquire);
    if (stop_.load(std::memory_order_relaxed)) return;
    if (!own.called.load(std::memory_order_relaxed)) continue;
    const int ran = take_ranges(thread, seen);
    // Only who has run something is part of the loop, and keeps it from ending until here.
    if (ran > 0) {
      done_.fetch_add(ran, std::memory_order_release);
      done_.notify_one();
    }
  }
}

bool ThreadPool::take(Place& from, std::uint32_t loop, int& begin, int& end) const {
  std::uint64_t next = from.next.load(std::memory_order_relaxed);
  const int last = from.end.load(std::memory_order_relaxed);
  const int range = range_.load(std::memory_order_relaxed);
  do {
    begin = static_cast<int>(next & 0xffffffffu);
    if (next >> 32 != loop || begin >= last) return false;
    end = std::min(begin + range, last);
  } while (!from.next.compare_exchange_weak(next, packed(loop, end), std::memory_order_relaxed));
  return true;
}

int ThreadPool::take_ranges(int thread, std::uint32_t loop) {
  const FlushSubnormals guard;
  // Of this loop, or of a later one, and then nothing can be taken.
  const Function function = function_.load(std::memory_order_relaxed);
  const void* const task = task_.load(std::memory_order_relaxed);
  Place& own = places_[static_cast<std::size_t>(thread)];
  own.working.store(true, std::memory_order_relaxed);
  int ran = 0;
  for (int i = 0; i < threads(); ++i) {
    Place& from = places_[static_cast<std::size_t>((thread + i) % threads())];
    for (int begin, end; take(from, loop, begin, end); ran += end - begin) function(task, begin, end, thread);
  }
  own.working.store(false, std::memory_order_relaxed);
  return ran;
}

// Wakes who is due, and lets those sleep who are not to take part.
void ThreadPool::call_up(Clock::time_point now) {
  const int limit = limit_.load(std::memory_order_relaxed);
  if (all_called_ && limit == counted_limit_) return;
  counted_limit_ = limit;
  helpers_ = 0;
  for (int i = 1; i < threads(); ++i) {
    Place& place = places_[static_cast<std::size_t>(i)];
    if (!place.attendance.present() && now >= place.attendance.due()) place.attendance.come_back(now);
    const bool called = i < limit && place.attendance.present();
    helpers_ += called;
    if (place.called.load(std::memory_order_relaxed) == called) continue;
    place.called.store(called, std::memory_order_release);
    if (called) place.called.notify_one();
  }
  all_called_ = helpers_ + 1 == std::min(threads(), std::max(1, limit));
}

void ThreadPool::share_out(int items, std::uint32_t loop) {
  const int count = helpers_ + 1;
  // Several ranges a thread even out what the threads are held up by.
  range_.store(std::max(1, items / (count * 8)), std::memory_order_relaxed);
  const auto first = [&](int share) { return static_cast<int>(std::int64_t{items} * share / count); };
  int share = 0;
  for (int i = 0; i < threads(); ++i) {
    Place& place = places_[static_cast<std::size_t>(i)];
    const bool part = i == 0 || place.called.load(std::memory_order_relaxed);
    place.end.store(part ? first(share + 1) : 0, std::memory_order_relaxed);
    place.next.store(packed(loop, part ? first(share) : 0), std::memory_order_relaxed);
    share += part;
  }
}

bool ThreadPool::is_done_within(int times, int items) const {
  for (int i = 0; i < times; ++i) {
    if (done_.load(std::memory_order_acquire) == items) return true;
    pause();
  }
  return false;
}

// A healthy worker is done before half of the caller's own time has gone by again: its last range is an
// eighth of a share. What lies beyond was lost to those who were put aside in the middle of one.
void ThreadPool::wait_for_all(int items, Clock::time_point began) {
  constexpr int spins_without_clock = 100;
  if (is_done_within(spins_without_clock, items)) return;
  const auto since = Clock::now();
  if (is_done_within(spins, items)) return;
  for (Place& place : places_) place.late = place.working.load(std::memory_order_relaxed);
  // Asleep, the caller leaves its core to them.
  for (int done; (done = done_.load(std::memory_order_acquire)) != items;) done_.wait(done);
  const auto now = Clock::now();
  const auto lost = (now - since) - (since - began) / 2;
  if (lost <= Clock::duration::zero()) return;
  for (Place& place : places_)
    if (place.late) place.attendance.hold_up(lost, now);
  all_called_ = false;
}

void ThreadPool::run_erased(int items, Function function, const void* task) {
  if (items <= 0) return;
  Clock::time_point began;
  if (!workers_.empty()) call_up(began = Clock::now());
  if (helpers_ == 0 || items == 1) {
    const FlushSubnormals guard;
    return function(task, 0, items, 0);
  }
  function_.store(function, std::memory_order_relaxed);
  task_.store(task, std::memory_order_relaxed);
  done_.store(0, std::memory_order_relaxed);
  const std::uint32_t loop = loop_.load(std::memory_order_relaxed) + 1;
  share_out(items, loop);
  loop_.store(loop, std::memory_order_release);
  loop_.notify_all();
  const int ran = take_ranges(0, loop);
  if (done_.fetch_add(ran, std::memory_order_acq_rel) + ran != items) wait_for_all(items, began);
}

}  // namespace nightjar
