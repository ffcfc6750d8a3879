// A few threads that run the items of one loop after another, with as little waiting between loops as
// possible.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <type_traits>
#include <vector>

#include "engine/host/attendance.h"

namespace nightjar {

class ThreadPool {
 public:
  // `threads` in all, the caller's included. Where the system gives fewer, those do the work.
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  // From the next loop on at most `threads` take part, the caller's included. Any thread may say so, at any
  // time.
  void limit(int threads) { limit_.store(threads, std::memory_order_relaxed); }

  // Calls task(begin, end, thread) on ranges that together are [0, items), and returns when all are done.
  // Each thread has an equal share of neighbouring items, so that from loop to loop it finds in its caches
  // what it wrote there, and takes ranges from the others' shares when its own is done. Nobody is waited for
  // but who is in the middle of a range; who holds up loops too much that way sits out for a while
  // (engine/host/attendance.h).
  template <class Task>
  void run(int items, const Task& task) {
    run_erased(
        items,
        [](const void* t, int begin, int end, int thread) {
          (*static_cast<const Task*>(t))(begin, end, thread);
        },
        &task);
  }

 private:
  using Function = void (*)(const void* task, int begin, int end, int thread);
  using Clock = Attendance::Clock;

  // What a thread has of the loop. A worker may come so late that the next loop is on: the number of the loop
  // stands beside the next item, and both are taken in one step.
  struct alignas(64) Place {
    std::atomic<std::uint64_t> next{0};  // number of the loop; item that nobody has taken yet
    std::atomic<int> end{0};             // of its share
    std::atomic<bool> working{false};    // in the middle of a range
    std::atomic<bool> called{true};      // false: sits out, asleep
    Attendance attendance;               // kept by the caller
    bool late = false;
  };

  void run_erased(int items, Function function, const void* task);
  void work(int thread);
  int take_ranges(int thread, std::uint32_t loop);  // returns how many items it ran
  bool take(Place& from, std::uint32_t loop, int& begin, int& end) const;
  void call_up(Clock::time_point now);
  void share_out(int items, std::uint32_t loop);
  bool is_done_within(int times, int items) const;
  void wait_for_all(int items, Clock::time_point began);

  std::vector<std::thread> workers_;
  std::vector<Place> places_;  // one a thread that was asked for
  std::atomic<int> limit_;
  int counted_limit_ = 0;    // that the following are by
  int helpers_ = 0;          // workers that take part
  bool all_called_ = false;  // and nobody needs to be
  // One loop at a time: what it is, and how much of it is done.
  std::atomic<Function> function_{nullptr};
  std::atomic<const void*> task_{nullptr};
  std::atomic<int> range_{1};
  alignas(64) std::atomic<int> done_{0};  // items
  alignas(64) std::atomic<std::uint32_t> loop_{0};
  std::atomic<bool> stop_{false};
};

}  // namespace nightjar
