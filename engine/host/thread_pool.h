// A few threads that run the items of one loop after another, with as little waiting between loops as
// possible.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <type_traits>
#include <vector>

namespace nightjar {

// Cores this process may use: its affinity mask, not the machine's count.
int available_cores();

class ThreadPool {
 public:
  // `threads` in all, the caller's included. Where the system gives fewer, those do the work.
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  // Calls task(begin, end, thread) on ranges that together are [0, items), and returns when all are done.
  // Each thread has an equal share of neighbouring items, so that from loop to loop it finds in its caches
  // what it wrote there, and takes ranges from the others' shares when its own is done: a thread that is held
  // up holds up no more than one range.
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
  void run_erased(int items, Function function, const void* task);
  void work(int thread);
  void take_ranges(int thread);

  struct alignas(64) Share {
    std::atomic<int> next{0};  // item that nobody has taken yet
    int end = 0;
  };

  std::vector<std::thread> workers_;
  // One loop at a time: what it is, how much of it is handed out, who still works on it.
  Function function_ = nullptr;
  const void* task_ = nullptr;
  int range_ = 1;
  std::vector<Share> shares_;  // one a thread that was asked for
  alignas(64) std::atomic<int> busy_{0};
  alignas(64) std::atomic<std::uint32_t> generation_{0};
  std::atomic<bool> stop_{false};
};

}  // namespace nightjar
